import { folderNames, textIfThere } from '#collect/file-facts';
import type { Sources } from '#collect/sources';
import { parseCpuList, parseCpuMask } from '#formats/sys/cpu-list';
import { absent, type Known, known, unknown } from '#model/known';
import type { CpuSet } from '#units/cpu-set';

/** Where the kernel tells of NUMA nodes: linux Documentation/ABI/stable/sysfs-devices-node. */
export const nodesFolder = '/sys/devices/system/node';

/** No kernel has more than 1,024 nodes; a folder of a higher number is none of its. */
const highestId = 65_535;

/** Ids of the nodes, ascending, with holes where the firmware leaves them. Absent where the kernel knows no nodes. */
export function nodeIds(sources: Sources): Known<readonly number[]> {
  const names = folderNames(sources, nodesFolder);
  if (names.state !== 'known') return names;
  const ids = names.value
    .map(name => /^node(\d{1,5})$/.exec(name)?.[1])
    .filter(id => id !== undefined)
    .map(Number)
    .filter(id => id <= highestId)
    .sort((a, b) => a - b);
  if (ids.length > 0) return known(ids, { from: `${nodesFolder}/node*`, value: ids.join(' ') });
  return textIfThere(sources, `${nodesFolder}/online`) === undefined
    ? absent({ from: nodesFolder, value: 'no nodes' })
    : unknown(`the nodes in ${nodesFolder} are not in this tree`, 'lscpu');
}

/** The CPUs that each node lists; undefined where neither list nor mask is there. */
export const nodeCpuLists = (
  sources: Sources,
): Known<readonly { readonly node: number; readonly cpus: CpuSet | undefined }[]> => {
  const ids = nodeIds(sources);
  return ids.state === 'known'
    ? known(
        ids.value.map(node => ({ node, cpus: nodeCpus(sources, node) })),
        ...ids.evidence,
      )
    : ids;
};

/** The CPUs of a node; old kernels give a mask alone. */
export function nodeCpus(sources: Sources, node: number): CpuSet | undefined {
  const list = textIfThere(sources, `${nodesFolder}/node${node}/cpulist`);
  if (list !== undefined) return parseCpuList(list);
  const mask = textIfThere(sources, `${nodesFolder}/node${node}/cpumap`);
  return mask === undefined ? undefined : parseCpuMask(mask);
}
