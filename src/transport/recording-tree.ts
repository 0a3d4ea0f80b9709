import type { FileResult, FileTree, Room } from '#transport/file-tree';

/** What was asked of a tree, and what it answered. */
export interface RecordedLooks {
  readonly reads: ReadonlyMap<string, FileResult<string>>;
  readonly lists: ReadonlyMap<string, FileResult<readonly string[]>>;
  readonly links: ReadonlyMap<string, FileResult<string>>;
  readonly rooms: ReadonlyMap<string, FileResult<Room>>;
}

/**
 * Takes a tree; gives one that remembers every answer and gives the same answer again: what several readings see of one path is one
 * thing, and it is what `looks` holds. A second sample of the same machine needs a recording of its own.
 */
export function recordingTree(tree: FileTree): { readonly tree: FileTree; readonly looks: RecordedLooks } {
  const reads = new Map<string, FileResult<string>>();
  const lists = new Map<string, FileResult<readonly string[]>>();
  const links = new Map<string, FileResult<string>>();
  const rooms = new Map<string, FileResult<Room>>();
  return {
    looks: { reads, lists, links, rooms },
    tree: {
      read: path => once(reads, path, () => tree.read(path)),
      list: path => once(lists, path, () => tree.list(path)),
      link: path => once(links, path, () => tree.link(path)),
      room: path => once(rooms, path, () => tree.room(path)),
    },
  };
}

function once<T>(seen: Map<string, FileResult<T>>, path: string, look: () => FileResult<T>): FileResult<T> {
  const before = seen.get(path);
  if (before !== undefined) return before;
  const result = look();
  seen.set(path, result);
  return result;
}
