import type { NumaNode } from '#model/cpu';
import { cpusOfNodes, nodesOfCpus } from '#model/derived/nodes-of-cpus';
import { committedPlacements, vcpuPlacement } from '#model/derived/vcpu-placement';
import type { Guest } from '#model/guest';
import type { Host } from '#model/host';
import { allKnown, type Known, mapKnown, orAbsent } from '#model/known';
import { oncePer } from '#model/once-per';
import { CpuSet } from '#units/cpu-set';

/**
 * Gives the CPUs that can serve the threads of QEMU beside a guest's vCPUs: of the NUMA nodes of its pins, neither isolated nor what
 * some vCPU of a committed guest or its own is pinned to. Empty where there is none.
 */
export const helperCpus = (guest: Guest, host: Host, guests: Known<readonly Guest[]>): Known<CpuSet> =>
  mapKnown(
    allKnown({
      own: vcpuPlacement(guest.config),
      pinnedByAll: pinnedCpus(guests),
      nodes: host.nodes,
      isolated: orAbsent(host.cpuSets.isolated),
    }),
    ({ own, pinnedByAll, nodes, isolated = CpuSet.of([]) }) => {
      const mine = CpuSet.of(pinned(own.pins));
      return nearCpus(mine, nodes).minus(mine).minus(pinnedByAll).minus(isolated);
    },
  );

/** The CPUs that some vCPU of a committed guest is pinned to. */
const pinnedCpus = oncePer((guests: Known<readonly Guest[]>) =>
  mapKnown(committedPlacements(guests), placed => CpuSet.of(placed.flatMap(({ placement }) => pinned(placement.pins)))),
);

const pinned = (pins: ReadonlyMap<number, CpuSet>): readonly number[] => [...pins.values()].flatMap(set => [...set]);

const nearCpus = (cpus: CpuSet, nodes: readonly NumaNode[]): CpuSet => cpusOfNodes(nodesOfCpus(cpus, nodes), nodes);
