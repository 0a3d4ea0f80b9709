import type { Reading } from '#collect/reading';
import type { FileTree } from '#transport/file-tree';

/** One look of a reading at a tree. */
export interface Touch {
  readonly how: keyof FileTree;
  readonly path: string;
}

/** Takes a tree; gives one that answers the same and notes every path it is asked for. */
export function recordingTree(tree: FileTree): { readonly tree: FileTree; readonly touched: readonly Touch[] } {
  const touched: Touch[] = [];
  const note = <T>(how: keyof FileTree, path: string, answer: (path: string) => T): T => {
    touched.push({ how, path });
    return answer(path);
  };
  return {
    touched,
    tree: {
      read: path => note('read', path, tree.read),
      list: path => note('list', path, tree.list),
      link: path => note('link', path, tree.link),
      room: path => note('room', path, tree.room),
    },
  };
}

/**
 * Gives the touches that the reading's ways do not declare. A pattern declares the paths that it matches (`*` within one name, `**` any
 * depth), and the listing of every folder in which a wildcard of it must be looked up.
 */
export function undeclared(reading: Pick<Reading<unknown>, 'ways'>, touched: readonly Touch[]): readonly Touch[] {
  const patterns = reading.ways.flatMap(way => ('file' in way ? [way.file] : []));
  return touched.filter(({ how, path }) => !patterns.some(pattern => declares(pattern, how, path)));
}

function declares(pattern: string, how: Touch['how'], path: string): boolean {
  const names = path.split('/');
  const parts = pattern.split('/');
  if (matches(parts, names)) return true;
  if (how !== 'list') return false;
  // the folder of a name with a wildcard, and everything below a `**`
  return parts.some(
    (part, at) => part.includes('*') && matches(part === '**' ? parts.slice(0, at + 1) : parts.slice(0, at), names),
  );
}

function matches(parts: readonly string[], names: readonly string[]): boolean {
  const [part, ...others] = parts;
  if (part === undefined) return names.length === 0;
  if (part === '**') return names.some((_, at) => matches(others, names.slice(at))) || matches(others, []);
  const [name, ...rest] = names;
  return name !== undefined && matchesName(part, name) && matches(others, rest);
}

function matchesName(part: string, name: string): boolean {
  const pattern = part
    .split('*')
    .map(literal => literal.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
    .join('.*');
  return new RegExp(`^${pattern}$`, 's').test(name);
}
