import type { Ask } from '#plan/ask';
import { partsOf } from '#plan/change-parts';
import { CpuSet } from '#units/cpu-set';

/** Gives the nodes that findings bind the memory of guests to, by guest: edits of numatune/memory that leave no other node. */
export function plannedNodes(asks: readonly Ask[]): ReadonlyMap<string, CpuSet> {
  const bound = new Map<string, CpuSet>();
  for (const { kind, on, after } of asks.flatMap(({ changes }) => changes)) {
    if (kind !== 'domain-xml') continue;
    for (const { path, content = '' } of partsOf(after)) {
      const memory = /^numatune(?:\/memory)?$/.test(path) ? /<memory\b[^>]{0,200}>/.exec(content)?.[0] : undefined;
      const nodes = CpuSet.parse(/\bnodeset=["']([\d,^-]{1,200})["']/.exec(memory ?? '')?.[1] ?? '');
      const isLoose = /\bmode=["'](?:preferred|interleave)["']/.test(memory ?? '');
      if (nodes !== undefined && !nodes.isEmpty && !isLoose) bound.set(on, nodes);
    }
  }
  return bound;
}
