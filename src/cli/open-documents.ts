import { namesakes } from '#cli/namesakes';
import type { ReadProblem } from '#cli/open-options';
import { readInput } from '#cli/read-input';
import { inputError, inputErrors, RequestError } from '#cli/request-error';
import { guestOfDocument } from '#collect/guest/document-guest';
import type { LibvirtAnswers, NetworkAnswer, PoolAnswer } from '#collect/libvirt-answers';
import type { Place } from '#collect/machine';
import { recognizeXml } from '#formats/libvirt-xml/recognize-xml';
import { decodeXmlBytes } from '#formats/xml/decode-xml-bytes';
import { parseXmlSequence } from '#formats/xml/parse-xml';
import type { XmlDocument, XmlElement } from '#formats/xml/xml-document';
import { XmlError } from '#formats/xml/xml-error';
import { xmlLimits } from '#formats/xml/xml-limits';
import { children, childText } from '#formats/xml/xml-tree';
import type { Guest } from '#model/guest';
import { unknown } from '#model/known';
import { emptyTree } from '#transport/empty-tree';

/** The one reason why facts of a host are missing beside lone documents. */
const onlyDocuments = 'only XML was given, not the host';

/** A file of XML, or what was read of something that can be read only once. */
export interface DocumentSource {
  readonly path: string;
  readonly content?: Uint8Array;
}

/** XML documents of libvirt, read. */
export interface Documents {
  readonly place: Place;
  /** Files that could not be read, each with its error; the others were. */
  readonly problems: readonly ReadProblem[];
  /** The domain documents, for validation. */
  readonly domains: readonly XmlDocument[];
}

/**
 * Takes files of XML; gives the place that they make: the guests in them, with what capabilities, network and pool documents say of
 * their host. Throws RequestError where none of them holds anything that rules judge.
 */
export async function openDocuments(sources: readonly DocumentSource[]): Promise<Documents> {
  const problems: ReadProblem[] = [];
  const guests: Guest[] = [];
  const domains: XmlDocument[] = [];
  const definitions = new Map<string, { readonly file: string; readonly text: string }>();
  const found: Found = { capabilities: undefined, domainCapabilities: [], networks: [], pools: [] };
  const notes: string[] = [];
  for (const source of sources) {
    try {
      for (const document of parseXmlSequence(await readText(source), { file: source.path })) {
        if (!take(document, found, { guests, domains, definitions }))
          notes.push(`${document.file}: <${document.root.name}> is no document that rules judge`);
      }
    } catch (error) {
      if (!(error instanceof XmlError || error instanceof RequestError)) throw error;
      problems.push({ message: error.message, doThis: error.doThis, ...placeIn(error) });
    }
  }
  problems.push(...namesakes(guests));
  const libvirt = answersOf(found);
  if (guests.length === 0 && 'state' in libvirt)
    throw problems.length > 0 ? inputErrors(problems) : nothingToJudge(notes);
  const [first] = sources;
  const place: Place = {
    source: sources.length === 1 && first !== undefined ? first.path : `${sources.length} files`,
    extent: 'documents',
    documents: guests,
    definitions,
    sources: {
      files: emptyTree(onlyDocuments),
      libvirt,
      commands: { output: () => ({ outcome: 'not-captured', reason: onlyDocuments }) },
    },
    notes,
  };
  return { place, problems, domains };
}

const nothingToJudge = ([first = 'there is nothing to judge', ...others]: readonly string[]): RequestError =>
  inputError(
    others.length === 0
      ? first
      : `${first}, ${others.length === 1 ? 'nor is another' : `nor are ${others.length} more`}`,
    'domain, capabilities, network and pool XML can be checked',
  );

interface Found {
  capabilities: string | undefined;
  readonly domainCapabilities: string[];
  readonly networks: NetworkAnswer[];
  readonly pools: PoolAnswer[];
}

/** The domains found. */
interface Taken {
  readonly guests: Guest[];
  readonly domains: XmlDocument[];
  readonly definitions: Map<string, { readonly file: string; readonly text: string }>;
}

/** Puts a document where it belongs; gives false for one that no rule judges. */
function take(document: XmlDocument, found: Found, { guests, domains, definitions }: Taken): boolean {
  const takeGuest = (element: XmlElement, text = document.text.slice(element.start, element.end)): void => {
    const guest = guestOfDocument(element, document.file);
    guests.push(guest);
    definitions.set(guest.name, { file: document.file, text });
  };
  const xml = document.text.slice(document.start, document.end);
  const name = childText(document.root, 'name') ?? document.file;
  const uuid = childText(document.root, 'uuid') ?? '';
  switch (recognizeXml(document)) {
    case 'domain':
      takeGuest(document.root, xml);
      domains.push(document);
      return true;
    case 'capabilities':
      found.capabilities ??= xml;
      return true;
    case 'domain-capabilities':
      found.domainCapabilities.push(xml);
      return true;
    case 'network':
      found.networks.push({ name, uuid, active: false, autostart: { error: onlyDocuments }, xml: { value: xml } });
      return true;
    case 'storage-pool':
      found.pools.push({
        name,
        uuid,
        active: false,
        xml: { value: xml },
        info: { error: onlyDocuments },
        volumes: { error: onlyDocuments },
      });
      return true;
    case 'test-node':
    case 'domain-status':
      // a file of the test driver, or of a guest that runs, holds domains
      for (const element of children(document.root, 'domain')) takeGuest(element);
      return true;
    default:
      return false;
  }
}

function answersOf({
  capabilities,
  domainCapabilities,
  networks,
  pools,
}: Found): LibvirtAnswers | ReturnType<typeof unknown> {
  const nothing = { error: onlyDocuments };
  if (capabilities === undefined && domainCapabilities.length === 0 && networks.length === 0 && pools.length === 0)
    return unknown(onlyDocuments);
  return {
    uri: '',
    libvirtVersion: nothing,
    hypervisorVersion: nothing,
    hostname: nothing,
    capabilities: capabilities === undefined ? nothing : { value: capabilities },
    domainCapabilities: domainCapabilities.length === 0 ? nothing : { value: domainCapabilities },
    node: nothing,
    domains: nothing,
    networks: { value: networks },
    pools: { value: pools },
  };
}

/** Where an XML text is malformed. */
const placeIn = (error: XmlError | RequestError): Pick<ReadProblem, 'place'> =>
  error instanceof XmlError ? { place: { file: error.file, line: error.line, column: error.column } } : {};

async function readText({ path, content }: DocumentSource): Promise<string> {
  return decodeXmlBytes(content ?? (await readInput(path, () => xmlLimits.length)), { file: path });
}
