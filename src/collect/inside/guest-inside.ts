import type { InsideSource } from '#collect/inside/inside-guests';
import { insideReadings } from '#collect/inside/inside-readings';
import { collectAll } from '#collect/reading';
import type { Sources } from '#collect/sources';
import type { GuestInside } from '#model/guest-inside';
import { type Known, type Unknown, unknown } from '#model/known';
import { emptyTree } from '#transport/empty-tree';

const byFile = '--guest-facts GUEST=FILE with what the script of nearmetal sources --guest-script prints in it';

/** Why nothing is known from inside a guest where the user did not allow to ask. */
export const agentNotAsked: Unknown = unknown(
  'its guest agent was not asked',
  `--guest-agent on its host, or ${byFile}`,
);

/** How a guest is told from others. */
export interface GuestName {
  readonly name: string;
  readonly uuid: string | undefined;
}

/** Takes the sources of a host; gives a function from a guest to the facts from inside it. */
export function insideOf({ inside }: Pick<Sources, 'inside'>): (guest: GuestName) => GuestInside {
  // most often nobody asked: then all guests share one answer
  const silent = new Map<Unknown, GuestInside>();
  return ({ name, uuid }) => {
    const source = inside?.guests.get(uuid?.toLowerCase() ?? name) ?? inside?.guests.get(name) ?? agentNotAsked;
    if (!('state' in source)) return factsOf(source);
    const before = silent.get(source);
    if (before !== undefined) return before;
    const facts = withoutSource(source);
    silent.set(source, facts);
    return facts;
  };
}

const noLibvirtInside = unknown('a guest is asked for its own files only');

function factsOf({ by, files, commands }: InsideSource): GuestInside {
  const facts = collectAll<GuestInside>(insideReadings, { files, commands, libvirt: noLibvirtInside });
  return mapFacts(facts, fact =>
    fact.state === 'unknown'
      ? unknown(`${by}: ${fact.reason}`, byFile)
      : { ...fact, evidence: fact.evidence.map(one => ({ ...one, from: `${by}: ${one.from}` })) },
  );
}

function withoutSource(reason: Unknown): GuestInside {
  const nothing = { outcome: 'not-captured', reason: reason.reason } as const;
  const facts = collectAll<GuestInside>(insideReadings, {
    files: emptyTree(reason.reason),
    commands: { output: () => nothing },
    libvirt: noLibvirtInside,
  });
  return mapFacts(facts, () => reason);
}

/** The facts stand side by side, with no groups among them. */
function mapFacts(facts: GuestInside, map: <T>(fact: Known<T>) => Known<T>): GuestInside {
  return {
    system: map(facts.system),
    distribution: map(facts.distribution),
    kernel: map(facts.kernel),
    commandLine: map(facts.commandLine),
    thp: map(facts.thp),
    clocksource: map(facts.clocksource),
    disks: map(facts.disks),
    volumeGroups: map(facts.volumeGroups),
    virtioDevices: map(facts.virtioDevices),
    modules: map(facts.modules),
    randomness: map(facts.randomness),
    swaps: map(facts.swaps),
    fstab: map(facts.fstab),
    cpus: map(facts.cpus),
    defaultTarget: map(facts.defaultTarget),
    displayManager: map(facts.displayManager),
    powerKey: map(facts.powerKey),
    services: map(facts.services),
    timers: map(facts.timers),
    drivers: map(facts.drivers),
    registry: map(facts.registry),
  };
}
