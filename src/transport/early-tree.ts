import { readFile } from 'node:fs';
import type { FileResult, FileTree } from '#transport/file-tree';
import { mostBytes } from '#transport/local-tree';

/**
 * Takes the tree of this machine's own files and some of them that the kernel is slow to write; has these read beside everything else,
 * and gives a tree that hands out what has come by the time it is asked for. What has not, or could not be read, is read when it is asked for.
 */
export function earlyTree(tree: FileTree, paths: readonly string[]): FileTree {
  const read = new Map<string, FileResult<string>>();
  for (const path of paths)
    readFile(path, (error, content) => {
      if (error === null) read.set(path, { outcome: 'ok', value: content.toString('utf8', 0, mostBytes) });
    });
  return { ...tree, read: path => read.get(path) ?? tree.read(path) };
}
