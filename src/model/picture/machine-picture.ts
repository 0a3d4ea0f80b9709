import { type Known, valueIfKnown } from '#model/known';
import type { Machine } from '#model/machine';
import { drawCores } from '#model/picture/draw-cores';
import { drawGuest } from '#model/picture/draw-guest';
import { drawMemory } from '#model/picture/draw-memory';
import type { Picture, PictureGuest, PictureNode, PicturePackage, Seat } from '#model/picture/picture';
import { CpuSet } from '#units/cpu-set';
import { compareNaturally } from '#units/natural-order';

/** Gives the picture of a machine. What was not read is said in it; nothing makes it fail. */
export function machinePicture(machine: Machine): Picture {
  const { host } = machine;
  const cpus = valueIfKnown(host.cpus) ?? [];
  const online = cpus.filter(cpu => cpu.online);
  const onlineSet = CpuSet.of(online.map(({ cpu }) => cpu));
  const isolated = (valueIfKnown(host.cpuSets.isolated) ?? CpuSet.of([])).intersect(onlineSet);
  const guests = [...(valueIfKnown(machine.guests) ?? [])]
    .sort((a, b) => compareNaturally(a.name, b.name))
    .map(guest => drawGuest(guest, host.memory, cpus.length === 0 ? undefined : onlineSet));
  const { packages, nodes: places } = drawCores(online, valueIfKnown(host.nodes), isolated, seatsOf(guests));
  const nodes: readonly PictureNode[] = places.map(place => ({
    ...place,
    memory: drawMemory(place.id, host, guests, places.length),
    distances: distancesOf(place.id, host.nodes),
  }));
  return {
    source: machine.source,
    name: valueIfKnown(host.name),
    cpuModel: valueIfKnown(host.cpuSets.model)?.name?.replaceAll(/\s+/g, ' '),
    lacking: online.length > 0 ? undefined : whyLacking(host.cpus, 'no CPU is online'),
    hasNuma: nodes.some(({ id }) => id !== undefined),
    nesting: nestingOf(packages, nodes),
    packages,
    nodes,
    counts: {
      packages: packages.length,
      nodes: nodes.filter(({ id }) => id !== undefined).length,
      cores: nodes.reduce((sum, { cores }) => sum + cores.length, 0),
      cpus: online.length,
      guests: guests.length,
      running: guests.filter(({ state }) => state === 'running').length,
    },
    offline: CpuSet.of(cpus.filter(cpu => !cpu.online).map(({ cpu }) => cpu)),
    isolated,
    shared: onlineSet.minus(isolated),
    memory: valueIfKnown(host.memory.total),
    guests,
    guestsLacking: machine.guests.state === 'known' ? undefined : whyLacking(machine.guests, 'there are none'),
  };
}

const whyLacking = (fact: Known<unknown>, otherwise: string): string =>
  fact.state === 'unknown' ? fact.reason : otherwise;

/** Who sits on each CPU: running guests first, each guest's vCPUs before its other threads. */
function seatsOf(guests: readonly PictureGuest[]): ReadonlyMap<number, readonly Seat[]> {
  const seats = new Map<number, Seat[]>();
  const order = [...guests.keys()].sort((a, b) => rank(guests[a]) - rank(guests[b]));
  for (const guest of order) {
    for (const { role, ids, cpus, shownAs } of guests[guest]?.pinned ?? []) {
      if (shownAs === 'range') continue;
      for (const cpu of cpus) {
        const here = seats.get(cpu) ?? [];
        here.push(...(role === 'emulator' ? [undefined] : ids).map(id => ({ guest, role, id })));
        seats.set(cpu, here);
      }
    }
  }
  return seats;
}

const rank = (guest: PictureGuest | undefined): number => (guest?.state === 'running' ? 0 : 1);

/** A node's distances; only where every node of the machine is in the picture, in the same order. */
function distancesOf(id: number | undefined, nodes: Machine['host']['nodes']): readonly number[] {
  const all = valueIfKnown(nodes) ?? [];
  return all.length < 2 ? [] : (all.find(({ node }) => node === id)?.distances ?? []);
}

/** A package with one node that has no other package is the same; nodes and packages that cut through each other are drawn by node. */
function nestingOf(
  packages: readonly PicturePackage[],
  nodes: readonly Pick<PictureNode, 'packages'>[],
): Picture['nesting'] {
  const areNodesWhole = nodes.every(node => node.packages.length <= 1);
  const arePackagesWhole = packages.every(one => one.nodes.length <= 1);
  if (areNodesWhole && arePackagesWhole) return 'same';
  return areNodesWhole ? 'nodes-in-packages' : 'packages-in-nodes';
}
