import { folderNames, textIfThere } from '#collect/file-facts';
import { nodeIds, nodesFolder } from '#collect/host/node-folders';
import type { Reading } from '#collect/reading';
import type { Sources } from '#collect/sources';
import { parseWhole } from '#formats/sys/whole-number';
import { type Evidence, known, unknown, valueIfKnown } from '#model/known';
import type { HugePagePool, NodeHugePages } from '#model/memory';
import { type Bytes, kib } from '#units/bytes';

const folder = '/sys/kernel/mm/hugepages';

/**
 * Pools of huge pages, one a size, smallest first, with each node's share: linux admin-guide/mm/hugetlbpage.rst. A kernel without the
 * folder has none.
 */
export const hugePages: Reading<readonly HugePagePool[]> = {
  says: 'huge-page pools, by size and node',
  ways: [
    { file: `${folder}/hugepages-*kB/*_hugepages` },
    { file: `${nodesFolder}/node*/hugepages/hugepages-*kB/*_hugepages` },
    { file: `${nodesFolder}/online` },
  ],
  read(sources) {
    const names = folderNames(sources, folder);
    if (names.state === 'unknown') return names;
    if (names.state === 'absent') return known([], ...names.evidence);
    const pools: HugePagePool[] = [];
    const evidence: Evidence[] = [];
    const nodes = valueIfKnown(nodeIds(sources)) ?? [];
    for (const name of names.value) {
      const pageSize = pageSizeOf(name);
      if (pageSize === undefined) continue;
      const counts = countsIn(sources, `${folder}/${name}`);
      if (counts.total === undefined || counts.free === undefined)
        return unknown(`the counts in ${folder}/${name} were not told`, `grep . ${folder}/${name}/*`);
      pools.push({
        pageSize,
        total: counts.total,
        free: counts.free,
        reserved: counts.reserved ?? 0,
        surplus: counts.surplus ?? 0,
        overcommit: counts.overcommit ?? 0,
        nodes: nodes.map(node => shareOf(sources, node, name)).filter(share => share !== undefined),
      });
      evidence.push({ from: `${folder}/${name}`, value: `${counts.total} pages, ${counts.free} free` });
    }
    pools.sort((a, b) => a.pageSize - b.pageSize);
    return known(pools, ...(evidence.length === 0 ? names.evidence : evidence));
  },
};

/** Takes the name of a pool's folder; 2⁴² KiB is far above the largest page of any architecture (16 GiB on POWER). */
export function pageSizeOf(name: string): Bytes | undefined {
  const size = /^hugepages-(\d{1,12})kB$/.exec(name)?.[1];
  return size === undefined || Number(size) === 0 ? undefined : kib(Number(size));
}

function shareOf(sources: Sources, node: number, name: string): NodeHugePages | undefined {
  const { total, free, surplus } = countsIn(sources, `${nodesFolder}/node${node}/hugepages/${name}`, 'of a node');
  return total === undefined || free === undefined ? undefined : { node, total, free, surplus: surplus ?? 0 };
}

interface Counts {
  readonly total: number | undefined;
  readonly free: number | undefined;
  readonly surplus: number | undefined;
  readonly reserved?: number | undefined;
  readonly overcommit?: number | undefined;
}

/** Reservations and the bound of surplus pages are kept for the machine alone, not by node. */
function countsIn(sources: Sources, path: string, extent?: 'of a node'): Counts {
  const count = (name: string): number | undefined =>
    parseWhole(textIfThere(sources, `${path}/${name}_hugepages`) ?? '');
  const total = count('nr');
  if (total === undefined) return { total, free: undefined, surplus: undefined };
  const counts = { total, free: count('free'), surplus: count('surplus') };
  return extent === 'of a node' ? counts : { ...counts, reserved: count('resv'), overcommit: count('nr_overcommit') };
}
