import type { Guest } from '#model/guest';
import { type Known, known, mapKnown, type Unknown } from '#model/known';
import { oncePer } from '#model/once-per';

/** Guests by operating system, as far as their definitions name one. */
export interface OsGroups {
  /** Names of the guests by system, the largest group first. */
  readonly groups: ReadonlyMap<string, readonly string[]>;
  /** Guests whose system is known; the others count neither as equal nor as different. */
  readonly known: number;
  readonly of: number;
}

/**
 * Gives the system of a guest as far as equal pages depend on it: its libosinfo id cut to distribution and major version, so
 * `http://suse.com/sle/15.5` and `…/15.6` are one. Absent where no id stands, or only that it is some Linux.
 */
export function osGroupOf(guest: Guest): Known<string> {
  const { osId } = guest;
  if (osId.state !== 'known') return osId;
  const match = /^(?:https?:\/\/)?([^/]+)\/(.+)$/.exec(osId.value.trim());
  const group = match?.[2]
    ?.split('/')
    .map((part, at, all) => (at === all.length - 1 ? part.replace(/\..*$/, '') : part));
  if (match === null || group === undefined || match[1] === 'libosinfo.org')
    return { state: 'absent', evidence: osId.evidence };
  return mapKnown(osId, () => `${match[1]}/${group.join('/')}`);
}

/** Gives the guests by system. */
export const osGroups = oncePer((guests: readonly Guest[]): Known<OsGroups> => {
  const groups = new Map<string, string[]>();
  const facts = guests.map(guest => ({ guest, group: osGroupOf(guest) }));
  const read = facts.flatMap(({ guest, group }) => (group.state === 'known' ? [{ guest, group: group.value }] : []));
  for (const { guest, group } of read) groups.set(group, [...(groups.get(group) ?? []), guest.name]);
  const sorted = new Map([...groups].sort(([, a], [, b]) => b.length - a.length));
  const evidence = facts.flatMap(({ group }) => (group.state === 'unknown' ? [] : group.evidence));
  return known({ groups: sorted, known: read.length, of: guests.length }, ...evidence);
});

/** The fewest guests of known system from which anything can be told. */
export const fewestKnownSystems = 3;

/** What to say where fewer systems are known. */
export const tooFewSystems = ({ known: some, of }: OsGroups): Unknown => ({
  state: 'unknown',
  reason: `the operating system is known of only ${some} of ${of} guests, and ${fewestKnownSystems} are needed to compare`,
  remedy: 'name it in the metadata: virt-xml GUEST --edit --metadata os.name=…',
});
