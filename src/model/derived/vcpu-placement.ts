import { isCommitted } from '#model/derived/committed-guests';
import type { DomainConfig } from '#model/domain-config';
import type { Guest } from '#model/guest';
import { allKnown, chainKnown, type Known, known, listKnown, mapKnown, orAbsent } from '#model/known';
import { oncePer } from '#model/once-per';
import { CpuSet } from '#units/cpu-set';

/** Where the vCPUs of a guest may run; libvirt formatdomain, “CPU Allocation” and “CPU Tuning”. */
export interface VcpuPlacement {
  /** vCPUs that are there at start: 0 to this less one. */
  readonly plugged: number;
  readonly max: number;
  /** CPUs of each vCPU that has a vcpupin; one for a vCPU that the guest cannot have is left out, of two for one vCPU the first counts. */
  readonly pins: ReadonlyMap<number, CpuSet>;
  /** How many of the plugged vCPUs have no vcpupin. */
  readonly unpinned: number;
  /** vcpu/@cpuset: the CPUs of vCPUs without a vcpupin; undefined: any. */
  readonly rest: CpuSet | undefined;
  /** All CPUs that the plugged vCPUs may run on; undefined: any. */
  readonly usable: CpuSet | undefined;
}

/** Gives where the vCPUs of a guest may run once it is started from a definition. */
export const vcpuPlacement = oncePer(
  (config: DomainConfig): Known<VcpuPlacement> =>
    mapKnown(allKnown({ vcpus: config.vcpus, cputune: orAbsent(config.cputune) }), ({ vcpus, cputune }) => {
      const pins = new Map<number, CpuSet>();
      for (const { vcpu, cpuset } of cputune?.vcpuPins ?? [])
        if (vcpu < vcpus.max && !pins.has(vcpu)) pins.set(vcpu, cpuset);
      const sets = [...pins].flatMap(([vcpu, cpuset]) => (vcpu < vcpus.current ? [cpuset] : []));
      const unpinned = vcpus.current - sets.length;
      if (unpinned > 0 && vcpus.cpuset !== undefined) sets.push(vcpus.cpuset);
      const isAnywhere = unpinned > 0 && vcpus.cpuset === undefined;
      const usable = isAnywhere ? undefined : CpuSet.of(sets.flatMap(set => [...set]));
      return { plugged: vcpus.current, max: vcpus.max, pins, unpinned, rest: vcpus.cpuset, usable };
    }),
);

/** A guest and where its vCPUs may run. */
export interface PlacedGuest {
  readonly guest: Guest;
  readonly placement: VcpuPlacement;
}

/** Gives where the vCPUs of all committed guests may run. Unknown where it cannot be told of one. */
export const committedPlacements = oncePer(
  (guests: Known<readonly Guest[]>): Known<readonly PlacedGuest[]> =>
    chainKnown(guests, all =>
      mapKnown(
        listKnown(
          all.map(guest =>
            chainKnown(isCommitted(guest), is =>
              is
                ? mapKnown(vcpuPlacement(guest.config), (placement): PlacedGuest | undefined => ({ guest, placement }))
                : known<PlacedGuest | undefined>(undefined),
            ),
          ),
        ),
        placed => placed.filter(one => one !== undefined),
      ),
    ),
);
