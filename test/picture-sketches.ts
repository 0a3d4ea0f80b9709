import type { Cpu, NumaNode } from '#model/cpu';
import type { Guest } from '#model/guest';
import type { Host } from '#model/host';
import { known } from '#model/known';
import type { Machine } from '#model/machine';
import type { Bytes } from '#units/bytes';
import { CpuSet } from '#units/cpu-set';
import { sketchConfig, sketchGuest } from './sketches.js';

const parse = (list: string): CpuSet => CpuSet.parse(list) ?? CpuSet.of([]);

/** A CPU that is online. */
export const sketchCpu = (
  cpu: number,
  at: {
    readonly core: number;
    readonly socket: number;
    readonly node: number | undefined;
    readonly siblings: readonly number[];
    readonly packageCpus: readonly number[];
  },
): Cpu => ({
  cpu,
  core: at.core,
  socket: at.socket,
  die: 0,
  node: at.node,
  online: true,
  siblings: CpuSet.of(at.siblings),
  packageCpus: CpuSet.of(at.packageCpus),
});

/** A node of which nothing is used. */
export const sketchNode = (node: number, cpus: readonly number[], total: Bytes): NumaNode => ({
  node,
  cpus: CpuSet.of(cpus),
  total,
  free: total,
  filePages: undefined,
  reclaimable: undefined,
  distances: [],
});

/** A machine of a host and its guests, and nothing else. */
export const machineOf = (host: Host, guests: readonly Guest[]): Machine => ({
  source: 'sketch',
  extent: 'host',
  host,
  guests: known(guests),
  networks: known([]),
  pools: known([]),
  notes: [],
});

/** A running guest whose vCPUs are pinned, one by one. */
export function guestWithPins(
  name: string,
  vcpus: Readonly<Record<number, string>>,
  others: { readonly emulator?: string; readonly iothreads?: Readonly<Record<number, string>> } = {},
): Guest {
  const count = Object.keys(vcpus).length;
  const iothreads = Object.entries(others.iothreads ?? {});
  return sketchGuest(name, {
    config: sketchConfig({
      vcpus: known({ max: count, current: count, cpuset: undefined, placement: undefined }),
      iothreads: known(iothreads.length),
      cputune: known({
        vcpuPins: Object.entries(vcpus).map(([vcpu, cpus]) => ({ vcpu: Number(vcpu), cpuset: parse(cpus) })),
        emulatorPin: others.emulator === undefined ? undefined : parse(others.emulator),
        iothreadPins: iothreads.map(([iothread, cpus]) => ({ iothread: Number(iothread), cpuset: parse(cpus) })),
        hasRealtimeScheduler: false,
        shares: undefined,
        quota: undefined,
        period: undefined,
      }),
    }),
  });
}

/** A host of `nodes` nodes, each a package of `cores` cores of `threads` threads; the second threads are numbered after all first ones. */
export function gridOfCpus(nodes: number, cores: number, threads: number, memory: Bytes) {
  const all = nodes * cores;
  const packageOf = (node: number): readonly number[] =>
    Array.from({ length: cores * threads }, (_, at) => Math.floor(at / cores) * all + node * cores + (at % cores));
  const cpus = Array.from({ length: all * threads }, (_, cpu) => {
    const core = cpu % all;
    const node = Math.floor(core / cores);
    return sketchCpu(cpu, {
      core: core % cores,
      socket: node,
      node,
      siblings: Array.from({ length: threads }, (_, thread) => core + thread * all),
      packageCpus: packageOf(node),
    });
  });
  return { cpus, nodes: Array.from({ length: nodes }, (_, node) => sketchNode(node, packageOf(node), memory)) };
}
