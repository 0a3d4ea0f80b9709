import type { Cpu, NumaNode } from '#model/cpu';
import type { PictureCore, PictureNode, PicturePackage, Seat } from '#model/picture/picture';
import { CpuSet } from '#units/cpu-set';

/** Packages, and nodes with their cores. */
export interface DrawnCores {
  readonly packages: readonly PicturePackage[];
  readonly nodes: readonly Omit<PictureNode, 'memory' | 'distances'>[];
}

/**
 * Takes the online CPUs, the NUMA nodes where they are known, the isolated CPUs and who sits on each CPU; gives packages, nodes and cores.
 * A CPU stands once: in the lowest node that lists it. A core whose threads lie in two nodes (firmware bugs) is drawn in both, in part.
 */
export function drawCores(
  online: readonly Cpu[],
  nodes: readonly NumaNode[] | undefined,
  isolated: CpuSet,
  seats: ReadonlyMap<number, readonly Seat[]>,
): DrawnCores {
  const packageIds = idsOfPackages(online);
  const hasNuma = online.some(({ node }) => node !== undefined) || (nodes?.length ?? 0) > 1;
  const known = hasNuma ? (nodes ?? []).map(({ node }) => node) : [];
  const listed = online.flatMap(({ node }) => (hasNuma && node !== undefined ? [node] : []));
  const ids: (number | undefined)[] = [...new Set([...known, ...listed])].sort((a, b) => a - b);
  const strays = online.filter(cpu => !hasNuma || cpu.node === undefined);
  if (strays.length > 0) ids.push(undefined);
  const drawn = ids.map(id => {
    const own = id === undefined ? strays : online.filter(cpu => cpu.node === id);
    const cores = coresOf(own, packageIds, isolated, seats);
    return {
      id,
      cpus: CpuSet.of(own.map(({ cpu }) => cpu)),
      packages: unique(cores.flatMap(core => (core.package === undefined ? [] : [core.package]))),
      cores,
    };
  });
  const members = new Map<number, number[]>();
  for (const { cpu } of online) {
    const id = packageIds.get(cpu);
    if (id === undefined) continue;
    const there = members.get(id);
    if (there === undefined) members.set(id, [cpu]);
    else there.push(cpu);
  }
  const packages = [...members]
    .sort(([a], [b]) => a - b)
    .map(([id, cpus]) => ({
      id,
      cpus: CpuSet.of(cpus),
      nodes: [...drawn.keys()].filter(at => drawn[at]?.packages.includes(id) === true),
    }));
  return { packages, nodes: drawn };
}

const unique = <T>(values: readonly T[]): readonly T[] => [...new Set(values)];

/** The package of each CPU: by the kernel's id, and by a running number where two packages share one id. */
function idsOfPackages(online: readonly Cpu[]): ReadonlyMap<number, number> {
  const keys = new Map<string, { readonly id: number | undefined; readonly cpus: number[] }>();
  for (const { cpu, packageCpus, socket } of online) {
    const key = packageCpus?.toString() ?? (socket === undefined ? undefined : `id ${socket}`);
    if (key === undefined) continue;
    const there = keys.get(key);
    if (there === undefined) keys.set(key, { id: socket, cpus: [cpu] });
    else there.cpus.push(cpu);
  }
  const found = [...keys.values()];
  const ids = new Set(found.map(({ id }) => id));
  const areUnique = ids.size === found.length && !ids.has(undefined);
  return new Map(found.flatMap(({ id, cpus }, at) => cpus.map(cpu => [cpu, areUnique ? (id ?? at) : at] as const)));
}

function coresOf(
  cpus: readonly Cpu[],
  packageIds: ReadonlyMap<number, number>,
  isolated: CpuSet,
  seats: ReadonlyMap<number, readonly Seat[]>,
): readonly PictureCore[] {
  const cores = new Map<string, Cpu[]>();
  for (const cpu of cpus) {
    const key = coreKey(cpu);
    const there = cores.get(key);
    if (there === undefined) cores.set(key, [cpu]);
    else there.push(cpu);
  }
  return [...cores.values()]
    .map(threads => ({
      id: threads[0]?.core,
      package: threads[0] === undefined ? undefined : packageIds.get(threads[0].cpu),
      threads: threads.map(({ cpu }) => ({ cpu, isIsolated: isolated.has(cpu), seats: seats.get(cpu) ?? [] })),
    }))
    .sort((a, b) => (a.package ?? 0) - (b.package ?? 0));
}

/** What the threads of one core have in common; /proc/cpuinfo alone tells core and package by id. */
const coreKey = ({ cpu, siblings, core, socket, die }: Cpu): string =>
  siblings?.toString() ??
  (core === undefined || socket === undefined ? `cpu ${cpu}` : `core ${socket} ${die ?? ''} ${core}`);
