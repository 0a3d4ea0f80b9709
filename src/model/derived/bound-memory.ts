import { hugePageNeeds } from '#model/derived/huge-page-need';
import type { DomainConfig } from '#model/domain-config';
import { allKnown, type Known, mapKnown, orAbsent } from '#model/known';
import type { Memory } from '#model/memory';
import type { Bytes } from '#units/bytes';
import type { CpuSet } from '#units/cpu-set';

/** Memory that only some host nodes may give. */
export interface BoundMemory {
  readonly amount: Bytes;
  readonly nodes: CpuSet;
}

/**
 * Gives the normal pages of a guest that are bound to host nodes by numatune strict (the mode where none is written): by guest cell, or
 * all in one. Empty for a guest that is not bound, and for one on huge pages, which come out of the nodes' pools.
 */
export const boundMemory = (config: DomainConfig, memory: Memory): Known<readonly BoundMemory[]> =>
  mapKnown(
    allKnown({
      all: config.memory,
      numatune: orAbsent(config.numatune),
      cpu: orAbsent(config.cpu),
      huge: hugePageNeeds(config, memory),
    }),
    ({ all, numatune, cpu, huge }) => {
      if (numatune === undefined || huge.length > 0) return [];
      const cells = cpu?.cells ?? [];
      return (cells.length > 0 ? cells : [{ id: undefined, memory: all }]).flatMap(({ id, memory: amount }) => {
        const { mode, nodeset } = numatune.cells.find(({ cell }) => cell === id) ?? numatune.memory ?? {};
        return mode === 'strict' && nodeset !== undefined ? [{ amount, nodes: nodeset }] : [];
      });
    },
  );
