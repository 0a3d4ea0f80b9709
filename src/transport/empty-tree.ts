import type { FileResult, FileTree } from '#transport/file-tree';

/** Gives a tree of which nothing is at hand, for one reason that every question is answered with. */
export function emptyTree(reason: string): FileTree {
  const nothing = (): FileResult<never> => ({ outcome: 'not-captured', reason });
  return { read: nothing, list: nothing, link: nothing, room: nothing };
}
