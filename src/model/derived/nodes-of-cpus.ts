import type { NumaNode } from '#model/cpu';
import { CpuSet } from '#units/cpu-set';

/** Gives the NUMA nodes that some CPUs belong to; a CPU that no node lists belongs to none. */
export const nodesOfCpus = (cpus: CpuSet, nodes: readonly NumaNode[]): CpuSet =>
  CpuSet.of(nodes.filter(node => !node.cpus.intersect(cpus).isEmpty).map(({ node }) => node));

/** Gives the CPUs of some NUMA nodes that are online. */
export const cpusOfNodes = (wanted: CpuSet, nodes: readonly NumaNode[]): CpuSet =>
  CpuSet.of(nodes.filter(({ node }) => wanted.has(node)).flatMap(({ cpus }) => [...cpus]));
