import type { Host } from '#model/host';
import { valueIfKnown } from '#model/known';
import type { PictureGuest, PictureMemory } from '#model/picture/picture';

/**
 * Gives the memory of one node of the picture: size, what is free, pools of huge pages, and what guests have bound there. `nodes` is how
 * many there are: where it is one, it has all that the machine has.
 */
export function drawMemory(
  id: number | undefined,
  { nodes, memory }: Host,
  guests: readonly PictureGuest[],
  count: number,
): PictureMemory {
  const all = valueIfKnown(nodes) ?? [];
  const node = id === undefined && all.length === 1 && count === 1 ? all[0] : all.find(each => each.node === id);
  const isWhole = count === 1;
  const pools = (valueIfKnown(memory.hugePages) ?? []).flatMap(pool => {
    const share = pool.nodes.find(each => each.node === node?.node) ?? (isWhole ? pool : undefined);
    return share === undefined || share.total === 0
      ? []
      : [{ pageSize: pool.pageSize, total: share.total, free: share.free }];
  });
  return {
    total: node?.total ?? (isWhole ? valueIfKnown(memory.total) : undefined),
    free: node?.free,
    pools,
    bound: [...guests.entries()].flatMap(([guest, { memory: parts }]) =>
      parts
        .filter(part => id !== undefined && part.nodes?.size === 1 && part.nodes.has(id) && binds(part.mode))
        .map(({ amount, pageSize }) => ({ guest, amount, pageSize })),
    ),
  };
}

const binds = (mode: string | undefined): boolean => mode === 'strict' || mode === 'restrictive';
