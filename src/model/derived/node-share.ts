import type { NumaNode } from '#model/cpu';
import type { Bytes } from '#units/bytes';
import { bytes } from '#units/bytes';

/** What every NUMA node of the host can give: the least memory and the fewest CPUs of those that have any. */
export interface NodeShare {
  readonly memory: Bytes;
  readonly cpus: number;
}

/** Gives what every node that has memory, and every node that has CPUs, can give; undefined where the sizes were not told. */
export function smallestNode(nodes: readonly NumaNode[]): NodeShare | undefined {
  const memories = nodes.flatMap(({ total }) => (total === undefined || total === 0 ? [] : [total]));
  const counts = nodes.flatMap(({ cpus }) => (cpus.isEmpty ? [] : [cpus.size]));
  if (memories.length === 0 || counts.length === 0) return undefined;
  return { memory: bytes(Math.min(...memories)), cpus: Math.min(...counts) };
}

/** Part of a node's memory that guests may take; the rest is the kernel's and the page cache's (policy). */
const forGuests = 0.9;

/** Gives how many nodes a guest of some size needs. */
export const nodesNeeded = (memory: Bytes, vcpus: number, node: NodeShare): number =>
  Math.max(1, Math.ceil(memory / (forGuests * node.memory)), Math.ceil(vcpus / node.cpus));
