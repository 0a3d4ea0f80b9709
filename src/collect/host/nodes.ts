import { fileText, textIfThere } from '#collect/file-facts';
import { firstOfAllWays } from '#collect/first-of-all-ways';
import { cpus } from '#collect/host/cpus';
import { nodesOfCells } from '#collect/host/libvirt-cells';
import { nodeCpus, nodeIds, nodesFolder } from '#collect/host/node-folders';
import { onlineCpus } from '#collect/host/online-cpus';
import type { Reading } from '#collect/reading';
import type { Sources } from '#collect/sources';
import { parseMeminfo } from '#formats/proc/meminfo';
import { parseCpuList } from '#formats/sys/cpu-list';
import { parseDistances } from '#formats/sys/node-distances';
import type { NumaNode } from '#model/cpu';
import { type Known, known, unknown, valueIfKnown } from '#model/known';
import { type Bytes, sumBytes } from '#units/bytes';
import { CpuSet } from '#units/cpu-set';

/**
 * NUMA nodes. A kernel that knows none (CONFIG_NUMA off) runs the whole machine as one: node 0 with all CPUs and all memory then, and
 * its evidence says that the folder is not there; `Cpu.node` stays undefined.
 */
export const nodes: Reading<readonly NumaNode[]> = {
  says: 'NUMA nodes with their CPUs, memory and distances',
  ways: [
    { file: `${nodesFolder}/node*/meminfo` },
    { file: `${nodesFolder}/node*/distance` },
    { file: `${nodesFolder}/online` },
    { file: '/proc/meminfo' },
    ...cpus.ways,
  ],
  read: sources =>
    firstOfAllWays(
      () => fromFiles(sources),
      () => nodesOfCells(sources),
    ),
};

function fromFiles(sources: Sources): Known<readonly NumaNode[]> {
  const ids = nodeIds(sources);
  if (ids.state === 'unknown') return ids;
  if (ids.state === 'absent') return wholeMachine(sources, ids);
  const online = onlineCpus(sources);
  const columns = distanceColumns(sources, ids.value);
  const found: NumaNode[] = [];
  for (const node of ids.value) {
    const own = nodeCpus(sources, node);
    if (own === undefined) return unknown(`the CPUs of node ${node} were not told`, 'lscpu');
    const meminfo = parseMeminfo(textIfThere(sources, `${nodesFolder}/node${node}/meminfo`) ?? '');
    const distances = parseDistances(textIfThere(sources, `${nodesFolder}/node${node}/distance`) ?? '') ?? [];
    found.push({
      node,
      // kernels before 4.14 list CPUs that are offline too, on s390x even such as are not there
      cpus: online === undefined ? own : CpuSet.of([...own].filter(cpu => online.has(cpu))),
      total: meminfo?.sizes.get('MemTotal'),
      free: meminfo?.sizes.get('MemFree'),
      filePages: meminfo?.sizes.get('FilePages'),
      reclaimable: meminfo?.sizes.get('SReclaimable'),
      distances: columns(distances),
    });
  }
  return known(found, ...ids.evidence);
}

/**
 * A line of distances has a column for each node that is online. Where a node's folder is missing (taken offline by way of its CPUs and
 * memory, or not captured) the columns are those of `node/online`; a line that fits neither is not used.
 */
function distanceColumns(sources: Sources, ids: readonly number[]): (line: readonly number[]) => readonly number[] {
  const online = [...(parseCpuList(textIfThere(sources, `${nodesFolder}/online`) ?? '') ?? [])];
  const places = ids.map(id => online.indexOf(id));
  return line => {
    if (line.length === ids.length) return line;
    const picked = line.length === online.length ? places.map(place => line[place]) : [];
    return picked.filter(distance => distance !== undefined).length === ids.length
      ? picked.filter(distance => distance !== undefined)
      : [];
  };
}

function wholeMachine(sources: Sources, none: Known<never>): Known<readonly NumaNode[]> {
  const all = cpus.read(sources);
  if (all.state !== 'known') return all;
  const sizes = parseMeminfo(valueIfKnown(fileText(sources, '/proc/meminfo')) ?? '')?.sizes;
  const cached = ['Cached', 'Buffers', 'SwapCached'].map(name => sizes?.get(name));
  const isTold = (size: Bytes | undefined): size is Bytes => size !== undefined;
  const node: NumaNode = {
    node: 0,
    cpus: CpuSet.of(all.value.filter(cpu => cpu.online).map(({ cpu }) => cpu)),
    total: sizes?.get('MemTotal'),
    free: sizes?.get('MemFree'),
    // linux: fs/proc/meminfo.c takes these two from FilePages to give Cached
    filePages: cached.every(isTold) ? sumBytes(cached.filter(isTold)) : undefined,
    reclaimable: sizes?.get('SReclaimable'),
    distances: [10],
  };
  return known([node], ...(none.state === 'unknown' ? [] : none.evidence), ...all.evidence);
}
