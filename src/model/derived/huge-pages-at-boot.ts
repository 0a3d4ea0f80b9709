import { writtenAtBoot } from '#model/derived/boot-write';
import { configuredHugePages } from '#model/derived/configured-huge-pages';
import type { ReservedPages } from '#model/derived/huge-page-words';
import { sysctlAtBoot } from '#model/derived/sysctl-at-boot';
import type { Host } from '#model/host';
import { allKnown, type Evidence, type Known, known, orAbsent, unknown, valueIfKnown } from '#model/known';
import type { HugePagePool } from '#model/memory';
import { type Bytes, gib } from '#units/bytes';

/** The pool of one size as the next boot sets it up. */
export interface PoolAtBoot {
  readonly pageSize: Bytes;
  readonly total: number;
  /** Pages by node where something names nodes; undefined: spread evenly. */
  readonly nodes: ReadonlyMap<number, number> | undefined;
  /** Pages that the kernel command line reserves, before anything else runs. */
  readonly early: number;
  /** Who sets it, last one last; empty where nothing does. */
  readonly owners: readonly string[];
}

/**
 * Gives every pool of the running kernel as the next boot sets it up: kernel command line, then sysctl vm.nr_hugepages (default
 * size), then tmpfiles.d and scripts, by pool and by node. Unknown where a writer could not be read.
 */
export const hugePagesAtBoot = (host: Host): Known<readonly PoolAtBoot[]> => {
  const facts = allKnown({
    pools: host.memory.hugePages,
    configured: configuredHugePages(host),
    sysctl: orAbsent(sysctlAtBoot(host, 'vm.nr_hugepages')),
    runningDefault: orAbsent(host.memory.defaultHugePageSize),
  });
  if (facts.state !== 'known') return facts;
  const { pools, configured, sysctl, runningDefault } = facts.value;
  const { line } = configured;
  const defaultSize = line.defaultSize ?? runningDefault;
  const evidence: Evidence[] = [];
  const result: PoolAtBoot[] = [];
  for (const pool of pools) {
    // hugetlb_cma takes the place of gigantic pages reserved at boot
    const reserved = line.hasCma && pool.pageSize >= gib(1) ? undefined : line.reserved.get(pool.pageSize);
    const owners = reserved === undefined ? [] : ['kernel command line'];
    let set: ReservedPages = reserved ?? { total: 0, nodes: undefined };
    const isDefault = pool.pageSize === defaultSize;
    const count = isDefault && sysctl !== undefined ? countOf(sysctl.value) : undefined;
    if (count !== undefined && sysctl !== undefined) {
      set = { total: count, nodes: undefined };
      owners.push(sysctl.owner);
    }
    const writes = writesTo(host, pool);
    if (writes.state === 'unknown') return writes;
    evidence.push(...writes.evidence);
    for (const { node, value, owner } of valueIfKnown(writes) ?? []) {
      set = node === undefined ? { total: value, nodes: undefined } : setNode(set, pool, node, value);
      owners.push(owner);
    }
    result.push({ pageSize: pool.pageSize, ...set, early: reserved?.total ?? 0, owners });
  }
  return known(result, ...facts.evidence, ...evidence);
};

interface PoolWrite {
  readonly node: number | undefined;
  readonly value: number;
  readonly owner: string;
}

function writesTo(host: Host, pool: HugePagePool): Known<readonly PoolWrite[]> {
  const folder = `hugepages/hugepages-${pool.pageSize / 1024}kB/nr_hugepages`;
  const places = [
    { node: undefined, path: `/sys/kernel/mm/${folder}` },
    ...pool.nodes.map(({ node }) => ({ node, path: `/sys/devices/system/node/node${node}/${folder}` })),
  ];
  const writes: PoolWrite[] = [];
  const evidence: Evidence[] = [];
  for (const { node, path } of places) {
    const write = writtenAtBoot(host.kernel, path);
    if (write.state === 'unknown') return write;
    if (write.state === 'absent') continue;
    const value = countOf(write.value.value ?? '');
    if (value === undefined) return unknown(`what ${write.value.owner} writes to ${path} was not understood`);
    writes.push({ node, value, owner: write.value.owner });
    evidence.push(...write.evidence);
  }
  return known(writes, ...evidence);
}

/** Pages of one node are set; the others keep theirs. */
function setNode(set: ReservedPages, pool: HugePagePool, node: number, count: number): ReservedPages {
  const nodes = new Map(set.nodes ?? spreadEvenly(set.total, pool));
  nodes.set(node, count);
  return { total: [...nodes.values()].reduce((sum, pages) => sum + pages, 0), nodes };
}

/** Gives a number of pages as the kernel spreads them over the nodes of a pool: round robin. */
export function spreadEvenly(total: number, pool: HugePagePool): ReadonlyMap<number, number> {
  const each = Math.floor(total / Math.max(1, pool.nodes.length));
  const rest = total % Math.max(1, pool.nodes.length);
  return new Map(pool.nodes.map(({ node }, at) => [node, each + (at < rest ? 1 : 0)]));
}

const countOf = (text: string): number | undefined => (/^\d{1,9}$/.test(text.trim()) ? Number(text) : undefined);
