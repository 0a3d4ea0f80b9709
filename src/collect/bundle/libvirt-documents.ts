import * as v from 'valibot';
import type { Answer, DomainAnswer, LibvirtAnswers, NetworkAnswer, PoolAnswer } from '#collect/libvirt-answers';
import type { BundledLibvirt } from '#formats/bundle/own/own-bundle';

/** Where a document of libvirt stands among the documents of a bundle. */
interface DocumentReference {
  readonly document: string;
}

/** Takes libvirt's answers apart: plain values, and XML documents as files named by UUID. */
export function splitAnswers(answers: LibvirtAnswers): BundledLibvirt {
  const documents = new Map<string, string>();
  const put = (
    name: string,
    xml: Answer<string>,
  ): DocumentReference | Exclude<Answer<string>, { readonly value: string }> => {
    if (!('value' in xml)) return xml;
    documents.set(name, xml.value);
    return { document: name };
  };
  const { capabilities, domainCapabilities, domains, networks, pools } = answers;
  const plain = {
    ...answers,
    capabilities: put('capabilities.xml', capabilities),
    domainCapabilities:
      'value' in domainCapabilities
        ? { value: domainCapabilities.value.map((xml, at) => put(`domain-capabilities-${at + 1}.xml`, { value: xml })) }
        : domainCapabilities,
    domains: each(domains, (domain, at) => splitDomain(domain, fileName(domain.uuid, at), put)),
    networks: each(networks, (network, at) => ({
      ...network,
      xml: put(`networks/${fileName(network.uuid, at)}.xml`, network.xml),
    })),
    pools: each(pools, (pool, at) => splitPool(pool, fileName(pool.uuid, at), put)),
  };
  return { answers: plain, documents };
}

type Put = (name: string, xml: Answer<string>) => unknown;

const each = <T>(answer: Answer<readonly T[]>, split: (item: T, at: number) => unknown): unknown =>
  'value' in answer ? { value: answer.value.map(split) } : answer;

const splitDomain = (domain: DomainAnswer, name: string, put: Put): object => ({
  ...domain,
  xml: put(`domains/${name}.xml`, domain.xml),
  ...(domain.liveXml !== undefined && { liveXml: put(`domains/${name}.live.xml`, domain.liveXml) }),
});

const splitPool = (pool: PoolAnswer, name: string, put: Put): object => ({
  ...pool,
  xml: put(`pools/${name}.xml`, pool.xml),
  volumes: each(pool.volumes, (volume, at) => ({
    ...volume,
    xml: put(`pools/${name}/volume-${at + 1}.xml`, volume.xml),
  })),
});

/** A UUID, which is a safe name on every system; else the place in the list. */
const fileName = (uuid: string, at: number): string =>
  /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(uuid) ? uuid : `number-${at + 1}`;

const error = v.object({ error: v.string(), remedy: v.optional(v.string()) });
const answer = <S extends v.GenericSchema>(value: S) => v.union([v.object({ value }), error]);
const number = v.pipe(v.number(), v.finite());

/** Puts libvirt's answers together again. Gives undefined where the values are no such answers; a document that is missing is an error by itself. */
export function joinAnswers({ answers, documents }: BundledLibvirt): LibvirtAnswers | undefined {
  const document = v.pipe(
    v.union([v.object({ document: v.string() }), error]),
    v.transform((found): Answer<string> => {
      if ('error' in found) return found;
      const xml = documents.get(found.document);
      return xml === undefined ? { error: `the bundle lacks libvirt/${found.document}` } : { value: xml };
    }),
  );
  const parsed = v.safeParse(answersForm(document), answers, { abortEarly: true });
  return parsed.success ? parsed.output : undefined;
}

type DocumentForm = v.GenericSchema<unknown, Answer<string>>;

const answersForm = (document: DocumentForm) =>
  v.object({
    uri: v.string(),
    libvirtVersion: answer(number),
    hypervisorVersion: answer(number),
    hostname: answer(v.string()),
    capabilities: document,
    domainCapabilities: answer(
      v.pipe(
        v.array(document),
        v.transform(all => all.flatMap(one => ('value' in one ? [one.value] : []))),
      ),
    ),
    node: answer(nodeForm),
    domains: answer(v.array(domainForm(document))),
    networks: answer(v.array(networkForm(document))),
    pools: answer(v.array(poolForm(document))),
  });

const nodeForm = v.object({
  model: v.string(),
  memoryKib: number,
  cpus: number,
  mhz: number,
  nodes: number,
  sockets: number,
  cores: number,
  threads: number,
});

const domainForm = (document: DocumentForm): v.GenericSchema<unknown, DomainAnswer> =>
  v.object({
    name: v.string(),
    uuid: v.string(),
    state: answer(number),
    persistent: answer(v.boolean()),
    autostart: answer(v.boolean()),
    managedSave: answer(v.boolean()),
    xml: document,
    liveXml: v.optional(document),
    stats: v.optional(v.record(v.string(), v.union([number, v.string(), v.boolean()]))),
  });

const networkForm = (document: DocumentForm): v.GenericSchema<unknown, NetworkAnswer> =>
  v.object({ name: v.string(), uuid: v.string(), active: v.boolean(), autostart: answer(v.boolean()), xml: document });

const poolForm = (document: DocumentForm): v.GenericSchema<unknown, PoolAnswer> =>
  v.object({
    name: v.string(),
    uuid: v.string(),
    active: v.boolean(),
    xml: document,
    info: answer(v.object({ capacity: number, allocation: number, available: number })),
    volumes: answer(v.array(v.object({ name: v.string(), path: v.string(), xml: document }))),
  });
