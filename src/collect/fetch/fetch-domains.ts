import { answerOf, mapAnswer } from '#collect/fetch/answer-of';
import { definitionOf } from '#collect/guest/libvirt-guest';
import type { Answer, DomainAnswer } from '#collect/libvirt-answers';
import { errorCodes } from '#formats/libvirt-rpc/error-codes';
import { domainListFlags, domainStatsFlags, domainStatsGroups } from '#formats/libvirt-rpc/flags';
import type { Domain } from '#formats/libvirt-rpc/objects';
import type { TypedValue } from '#formats/libvirt-rpc/typed-parameter';
import { SeenElements } from '#formats/xml/seen-elements';
import type { Connection } from '#libvirt/connection';
import { LibvirtError } from '#libvirt/libvirt-error';

type Stats = NonNullable<DomainAnswer['stats']>;

const statsGroups =
  domainStatsGroups.state | domainStatsGroups.balloon | domainStatsGroups.vcpu | domainStatsGroups.block;

/**
 * Asks for all domains in two round trips: what can be told of all at once (lists narrowed by one property, bulk statistics), then
 * each definition, and the live one of those that run. Never asks for secrets.
 */
export async function fetchDomains(connection: Connection): Promise<Answer<readonly DomainAnswer[]>> {
  const answers = {
    all: answerOf(connection.domains()),
    autostarted: answerOf(idsOf(connection, domainListFlags.autostart)),
    persistent: answerOf(idsOf(connection, domainListFlags.persistent)),
    saved: answerOf(idsOf(connection, domainListFlags.managedSave)),
    stats: answerOf(fetchStats(connection)),
  };
  const all = await answers.all;
  if (!('value' in all)) return all;
  // definitions need not wait for what is told of all at once
  const told = (async () => {
    const [autostarted, persistent, saved, stats] = await Promise.all([
      answers.autostarted,
      answers.persistent,
      answers.saved,
      answers.stats,
    ]);
    return { autostarted, persistent, saved, stats: 'value' in stats ? stats.value : new Map<string, Stats>() };
  })();
  const seen = new SeenElements();
  const domains = all.value.map(async (domain): Promise<DomainAnswer> => {
    const [xml, liveXml] = await Promise.all([
      answerOf(connection.domainXml(domain, { inactive: true })),
      domain.id >= 0 ? answerOf(connection.domainXml(domain)) : undefined,
    ]);
    const { autostarted, persistent, saved, stats } = await told;
    const has = (ids: ReadonlySet<string>): boolean => ids.has(domain.uuid);
    const values = stats.get(domain.uuid);
    const answer: DomainAnswer = {
      name: domain.name,
      uuid: domain.uuid,
      state: await stateOf(connection, domain, values),
      persistent: mapAnswer(persistent, has),
      autostart: mapAnswer(autostarted, has),
      managedSave: mapAnswer(saved, has),
      xml,
      liveXml,
      stats: values,
    };
    // the daemon is at work on the next ones meanwhile
    definitionOf(answer, seen);
    return answer;
  });
  return { value: await Promise.all(domains) };
}

/**
 * Asks for statistics of all domains, by UUID. A guest that is busy tells what it can at once; what takes another job's end is left
 * out. Hypervisors and releases that know neither that nor layers of images are asked again without.
 */
export async function fetchStats(connection: Connection): Promise<ReadonlyMap<string, Stats>> {
  const ask = (flags: number): ReturnType<Connection['domainStats']> =>
    connection.domainStats({ groups: statsGroups, flags });
  const records = await ask(domainStatsFlags.noWait | domainStatsFlags.backing).catch((error: unknown) => {
    const isAboutFlags = error instanceof LibvirtError && error.code === errorCodes.invalidArgument;
    if (isAboutFlags || (error instanceof LibvirtError && error.code === errorCodes.argumentUnsupported)) return ask(0);
    throw error;
  });
  return new Map(records.map(({ domain, values }) => [domain.uuid, plainValues(values)]));
}

/** Counters beyond 2⁵³ lose their last digits: nanoseconds after more than a hundred days. */
const plainValues = (values: ReadonlyMap<string, TypedValue>): Stats =>
  Object.fromEntries([...values].map(([name, value]) => [name, typeof value === 'bigint' ? Number(value) : value]));

const idsOf = async (connection: Connection, flags: number): Promise<ReadonlySet<string>> =>
  new Set((await connection.domains({ flags })).map(({ uuid }) => uuid));

/** The state stands in the statistics; where a hypervisor gives none, each domain is asked. */
async function stateOf(connection: Connection, domain: Domain, stats: Stats | undefined): Promise<Answer<number>> {
  const told = stats?.['state.state'];
  if (typeof told === 'number') return { value: told };
  return mapAnswer(await answerOf(connection.domainState(domain)), ({ code }) => code);
}
