import type { PictureCore, PictureNode } from '#model/picture/picture';
import { CpuSet } from '#units/cpu-set';

/** The cores of a node as they are drawn. */
export interface FoldedCores {
  /** Each drawn by itself. */
  readonly drawn: readonly PictureCore[];
  /** Alike, with nothing pinned: told in a line. Those that are isolated apart from the others. */
  readonly plain: readonly { readonly cores: number; readonly cpus: CpuSet; readonly isIsolated: boolean }[];
}

/** Gives which cores are drawn one by one: all, or only those on which some guest's thread sits. */
export function foldCores({ cores }: Pick<PictureNode, 'cores'>, how: 'all' | 'taken'): FoldedCores {
  if (how === 'all') return { drawn: cores, plain: [] };
  const drawn = cores.filter(isTaken);
  const rest = cores.filter(core => !isTaken(core));
  const plain = [false, true].flatMap(isIsolated => {
    const alike = rest.filter(core => core.threads.every(thread => thread.isIsolated) === isIsolated);
    const cpus = CpuSet.of(alike.flatMap(({ threads }) => threads.map(({ cpu }) => cpu)));
    return alike.length === 0 ? [] : [{ cores: alike.length, cpus, isIsolated }];
  });
  return { drawn, plain };
}

/** Whether some guest's thread sits on the core. */
export const isTaken = ({ threads }: PictureCore): boolean => threads.some(({ seats }) => seats.length > 0);
