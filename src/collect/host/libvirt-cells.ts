import { libvirtReadings } from '#collect/host/libvirt';
import type { Way } from '#collect/reading';
import type { Sources } from '#collect/sources';
import type { Cpu, NumaNode } from '#model/cpu';
import { chainKnown, type Known, known, unknown } from '#model/known';
import type { HostCell } from '#model/libvirt';
import { CpuSet } from '#units/cpu-set';

/** The call whose answer holds the cells. */
export const cellWays: readonly Way[] = libvirtReadings.capabilities.ways;

/** Gives the CPUs that the cells of the capabilities list, where no files are at hand. */
export const cpusOfCells = (sources: Sources): Known<readonly Cpu[]> =>
  fromCells(sources, cells => {
    const places = cells.flatMap(cell => cell.places.map(place => ({ ...place, node: cell.id })));
    // libvirt gives a CPU that is offline no place; an old Xen gives none to any
    const arePlaced = places.some(({ siblings }) => siblings !== undefined);
    const sockets = new Map<number, number[]>();
    for (const { cpu, socket } of places) {
      if (socket === undefined) continue;
      const members = sockets.get(socket) ?? [];
      members.push(cpu);
      sockets.set(socket, members);
    }
    const packages = new Map([...sockets].map(([socket, members]) => [socket, CpuSet.of(members)]));
    return places
      .map(({ cpu, core, socket, die, node, siblings }) => ({
        cpu,
        core,
        socket,
        die,
        node,
        online: siblings !== undefined || !arePlaced,
        siblings,
        packageCpus: socket === undefined ? undefined : packages.get(socket),
      }))
      .sort((a, b) => a.cpu - b.cpu);
  });

/** Gives the nodes that the cells are: libvirt tells their memory, not how much of it is free. */
export const nodesOfCells = (sources: Sources): Known<readonly NumaNode[]> =>
  fromCells(sources, cells => {
    const ids = cells.map(({ id }) => id).sort((a, b) => a - b);
    return cells
      .map(({ id, memory, cpus, distances }) => {
        const line = ids.map(other => distances.get(other)).filter(distance => distance !== undefined);
        return {
          node: id,
          cpus,
          total: memory,
          free: undefined,
          filePages: undefined,
          reclaimable: undefined,
          distances: line.length === ids.length ? line : [],
        };
      })
      .sort((a, b) => a.node - b.node);
  });

function fromCells<T>(sources: Sources, read: (cells: readonly HostCell[]) => T): Known<T> {
  return chainKnown(libvirtReadings.capabilities.read(sources), ({ cells }) =>
    cells.length === 0
      ? unknown('the capabilities name no cells', 'virsh capabilities')
      : known(read(cells), { from: 'capabilities/host/topology/cells', value: `${cells.length} cells` }),
  );
}
