/** Files of the reference machine that examples about memory change as a whole. */

/** A pool of huge pages in an example, on the two nodes of the reference machine. */
export interface ExamplePool {
  /** Page size in KiB; 2048 where nothing is said. */
  readonly size?: number;
  /** Pages on node 0 and on node 1. */
  readonly nodes: readonly [number, number];
  /** Free pages on node 0 and node 1; all where nothing is said. */
  readonly free?: readonly [number, number];
  readonly reserved?: number;
  readonly surplus?: number;
  readonly overcommit?: number;
}

/** Gives the files of a pool: that of all nodes, and each node's own. */
export function poolFiles({
  size = 2048,
  nodes,
  free = nodes,
  reserved,
  surplus,
  overcommit,
}: ExamplePool): Record<string, string> {
  const folder = `hugepages/hugepages-${size}kB`;
  const files: Record<string, string> = {
    [`/sys/kernel/mm/${folder}/nr_hugepages`]: String(nodes[0] + nodes[1]),
    [`/sys/kernel/mm/${folder}/free_hugepages`]: String(free[0] + free[1]),
    [`/sys/kernel/mm/${folder}/resv_hugepages`]: String(reserved ?? 0),
    [`/sys/kernel/mm/${folder}/surplus_hugepages`]: String(surplus ?? 0),
    [`/sys/kernel/mm/${folder}/nr_overcommit_hugepages`]: String(overcommit ?? 0),
  };
  for (const node of [0, 1] as const) {
    const path = `/sys/devices/system/node/node${node}/${folder}`;
    files[`${path}/nr_hugepages`] = String(nodes[node]);
    files[`${path}/free_hugepages`] = String(free[node]);
    files[`${path}/surplus_hugepages`] = String(node === 0 ? (surplus ?? 0) : 0);
  }
  return files;
}

/** Memory of a host in an example, in GiB. */
export interface ExampleMemory {
  readonly total?: number;
  readonly available?: number;
  readonly hugetlb?: number;
  readonly swap?: number;
}

/** Gives /proc/meminfo of a host; 64 GiB with 50 available where nothing is said. */
export const meminfoFile = ({
  total = 64,
  available = 50,
  hugetlb = 0,
  swap = 8,
}: ExampleMemory): Record<string, string> => ({
  '/proc/meminfo': [
    ['MemTotal', total],
    ['MemFree', available],
    ['MemAvailable', available],
    ['SwapTotal', swap],
    ['SwapFree', swap],
    ['Hugetlb', hugetlb],
  ]
    .map(([name, gib]) => `${name}: ${Number(gib) * 1024 ** 2} kB\n`)
    .concat('Hugepagesize: 2048 kB\n')
    .join(''),
});

/** Gives the XML of a guest's memory in GiB, with what else stands beside it. */
export const memoryXml = (gib: number, more = ''): string =>
  `<memory unit='GiB'>${gib}</memory><currentMemory unit='GiB'>${gib}</currentMemory>${more}`;

/** Gives the XML of a guest of so many GiB on huge pages, of the default size where none is said. */
export const hugeXml = (gib: number, pages = '', more = ''): string =>
  memoryXml(gib, `<memoryBacking><hugepages>${pages}</hugepages></memoryBacking>${more}`);
