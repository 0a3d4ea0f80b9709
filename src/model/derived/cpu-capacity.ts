import type { Cpu } from '#model/cpu';
import type { Guest } from '#model/guest';
import type { Host } from '#model/host';
import { allKnown, type Known, known, mapKnown, orAbsent, sumKnown, type Total } from '#model/known';
import { oncePerPair } from '#model/once-per';

/** What the host has to run vCPUs on. */
export interface CpuCapacity {
  /** Physical cores that are online: distinct sets of thread siblings. core_id is unique only within a package and die, so it does not count. */
  readonly cores: number;
  /** Logical CPUs that guests may use: online, less those kept from the scheduler (isolcpus=) that no guest is pinned to. */
  readonly logical: number;
}

/** Gives the CPUs that guests can have. */
export const cpuCapacity = oncePerPair((host: Host, guests: Known<readonly Guest[]>): Known<CpuCapacity> => {
  return mapKnown(
    allKnown({ cpus: host.cpus, isolated: orAbsent(host.cpuSets.isolated), guests: orAbsent(guests) }),
    ({ cpus, isolated, guests: all = [] }) => {
      const online = cpus.filter(cpu => cpu.online);
      const used = new Set(all.flatMap(guest => [...pinnedCpus(guest)]));
      const kept = isolated === undefined ? 0 : online.filter(({ cpu }) => isolated.has(cpu) && !used.has(cpu)).length;
      return { cores: new Set(online.map(coreOf)).size, logical: online.length - kept };
    },
  );
});

/** A core's name: its set of thread siblings, else package, die and core id; a CPU of which nothing is told is a core of its own. */
export function coreOf(cpu: Cpu): string {
  if (cpu.siblings !== undefined) return cpu.siblings.toString();
  return cpu.core === undefined ? `cpu ${cpu.cpu}` : `${cpu.socket}/${cpu.die}/${cpu.core}`;
}

function pinnedCpus(guest: Guest): ReadonlySet<number> {
  const { cputune } = guest.config;
  const pins = cputune.state === 'known' ? cputune.value.vcpuPins : [];
  return new Set(pins.flatMap(pin => [...pin.cpuset]));
}

/** Gives the vCPUs plugged into some guests: of one that runs what it runs with, else what its definition says. */
export const plugged = (guests: readonly Guest[]): Known<Total> =>
  sumKnown(guests, guest => {
    const current = guest.stats.state === 'known' ? guest.stats.value.currentVcpus : undefined;
    return current === undefined
      ? mapKnown(guest.config.vcpus, vcpus => vcpus.current)
      : known(current, ...(guest.stats.state === 'known' ? guest.stats.evidence : []));
  });
