import type { FileResult, FileTree, Room } from '#transport/file-tree';

/** One entry of a tree in memory; a folder is there when something is in it. */
export type MemoryEntry =
  | { readonly kind: 'file'; readonly text: string }
  | { readonly kind: 'link'; readonly to: string }
  | { readonly kind: 'room'; readonly room: Room }
  | { readonly kind: 'absent' }
  | { readonly kind: 'denied'; readonly reason: string };

/**
 * Takes entries by absolute path (a folder without entries of its own: the path with a final slash). Gives a tree over them.
 * `missing` says what a path that is not among them means: `absent` for a whole machine, `not-captured` for a part of one.
 */
export function memoryTree(entries: ReadonlyMap<string, MemoryEntry>, missing: 'absent' | 'not-captured'): FileTree {
  const folders = new Map<string, Set<string>>();
  for (const [path, entry] of entries) {
    if (entry.kind === 'absent' || entry.kind === 'room') continue;
    const parts = path.split('/').filter(part => part !== '');
    parts.forEach((part, at) => {
      const folder = `/${parts.slice(0, at).join('/')}`;
      const names = folders.get(folder) ?? new Set();
      folders.set(folder, names.add(part));
    });
    if (path.endsWith('/')) folders.set(`/${parts.join('/')}`, folders.get(`/${parts.join('/')}`) ?? new Set());
  }
  const nothing = (path: string): FileResult<never> =>
    missing === 'absent' ? { outcome: 'absent' } : { outcome: 'not-captured', reason: `${path} was not captured` };

  const resolve = (path: string, depth = 0): string => {
    if (depth > 20) return path;
    const parts = path.split('/').filter(part => part !== '' && part !== '.');
    let at = '';
    for (const [index, part] of parts.entries()) {
      at = part === '..' ? at.slice(0, at.lastIndexOf('/')) : `${at}/${part}`;
      const entry = entries.get(at);
      if (entry?.kind !== 'link') continue;
      const rest = parts.slice(index + 1).join('/');
      const base = entry.to.startsWith('/') ? entry.to : `${at.slice(0, at.lastIndexOf('/'))}/${entry.to}`;
      return resolve(rest === '' ? base : `${base}/${rest}`, depth + 1);
    }
    return at === '' ? '/' : at;
  };

  return {
    read(path) {
      const real = resolve(path);
      const entry = entries.get(real);
      if (entry === undefined || entry.kind === 'room')
        return folders.has(real) ? { outcome: 'absent' } : nothing(path);
      if (entry.kind === 'file') return { outcome: 'ok', value: entry.text };
      return entry.kind === 'denied' ? { outcome: 'denied', reason: entry.reason } : { outcome: 'absent' };
    },
    list(path) {
      const real = resolve(path);
      const entry = entries.get(real);
      if (entry?.kind === 'denied') return { outcome: 'denied', reason: entry.reason };
      if (entry?.kind === 'absent') return { outcome: 'absent' };
      const names = folders.get(real);
      return names === undefined ? nothing(path) : { outcome: 'ok', value: [...names].sort() };
    },
    link(path) {
      const parent = path.slice(0, path.lastIndexOf('/'));
      const entry =
        entries.get(parent === '' ? path : `${resolve(parent)}${path.slice(parent.length)}`) ?? entries.get(path);
      if (entry === undefined) return nothing(path);
      if (entry.kind === 'denied') return { outcome: 'denied', reason: entry.reason };
      return entry.kind === 'link' ? { outcome: 'ok', value: entry.to } : { outcome: 'absent' };
    },
    room(path) {
      if (entries.get(path)?.kind === 'absent') return { outcome: 'absent' };
      // a path lies in the file system of the nearest folder above it
      for (let at = path; at !== ''; at = at.slice(0, at.lastIndexOf('/'))) {
        const entry = entries.get(`room:${at}`);
        if (entry?.kind === 'room') return { outcome: 'ok', value: entry.room };
      }
      const root = entries.get('room:/');
      return root?.kind === 'room'
        ? { outcome: 'ok', value: root.room }
        : { outcome: 'not-captured', reason: `the room at ${path} was not captured` };
    },
  };
}
