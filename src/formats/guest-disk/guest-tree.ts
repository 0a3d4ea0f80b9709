import { Buffer } from 'node:buffer';
import type { BrowsedFileSystem, FileStat } from '#formats/filesystem/browsed-file-system';
import { PathFault } from '#formats/filesystem/path-fault';
import { compareNaturally } from '#units/natural-order';

/** A file system, and the folder of it that is its root: of Btrfs, a subvolume. */
export interface MountedFileSystem {
  readonly system: BrowsedFileSystem;
  readonly root: number;
}

/** A file that a path leads to. */
export interface FoundFile {
  /** Its path without links. */
  readonly path: string;
  readonly system: BrowsedFileSystem;
  readonly stat: FileStat;
}

/** A file with its name in a folder. */
export interface ListedFile extends FoundFile {
  readonly name: string;
  /** Where a symbolic link leads, as written. */
  readonly target?: string;
}

/** What Linux bounds: links followed in one path (MAXSYMLINKS), bytes of a path (PATH_MAX, links written out). */
const [mostLinks, longestPath] = [40, 65_536];

/** Folders whose names are kept. */
const keptFolders = 64;

interface Step {
  readonly name: string;
  readonly system: BrowsedFileSystem;
  readonly file: number;
}

/**
 * The files of a guest as one tree: its root file system, with others where its fstab mounts them. A path never leads out of it: `..` ends at its
 * root, and a link begins there. Throws PathFault for a path that leads to nothing, ImageFault where a file system is damaged.
 */
export class GuestTree {
  readonly root: MountedFileSystem;
  /** By the path at which each stands. */
  readonly mounts: ReadonlyMap<string, MountedFileSystem>;
  readonly #folders = new Map<BrowsedFileSystem, Map<number, ReadonlyMap<string, number>>>();

  constructor(root: MountedFileSystem, mounts: ReadonlyMap<string, MountedFileSystem> = new Map()) {
    this.root = root;
    this.mounts = mounts;
  }

  /** Gives the file that a path leads to. `last`: whether a link at its end is followed. */
  find(path: string, last: 'follow' | 'keep' = 'follow'): FoundFile {
    const steps: Step[] = [];
    let rest = path;
    let links = 0;
    while (rest !== '') {
      if (rest.length > longestPath) throw new PathFault('too-long', path, 'its links make it too long');
      const slash = rest.indexOf('/');
      const name = slash < 0 ? rest : rest.slice(0, slash);
      rest = slash < 0 ? '' : rest.slice(slash + 1);
      if (name === '' || name === '.') continue;
      if (name === '..') {
        steps.pop();
        continue;
      }
      const step = this.#step(steps, name, path);
      const { kind } = step.system.stat(step.file);
      if (kind === 'link' && (rest !== '' || last === 'follow')) {
        if (++links > mostLinks)
          throw new PathFault('too-many-links', path, `it goes over more than ${mostLinks} links`);
        const target = step.system.readLink(step.file);
        if (target.startsWith('/')) steps.length = 0;
        rest = rest === '' ? target : `${target}/${rest}`;
      } else steps.push(step);
    }
    const { system, file } = steps.at(-1) ?? { system: this.root.system, file: this.root.root };
    return { path: pathOf(steps), system, stat: system.stat(file) };
  }

  /** The same; undefined where there is no such file. */
  look(path: string): FoundFile | undefined {
    try {
      return this.find(path);
    } catch (error) {
      if (error instanceof PathFault) return undefined;
      throw error;
    }
  }

  /** Gives what a folder holds, ordered by name; of a file that is none, itself. */
  list(path: string): readonly ListedFile[] {
    const found = this.find(path);
    if (found.stat.kind !== 'folder') return [named(found, found.path.slice(found.path.lastIndexOf('/') + 1))];
    return [...this.#names(found.system, found.stat.file)]
      .map(([name, file]) => {
        const inner = `${found.path === '/' ? '' : found.path}/${name}`;
        const mount = this.mounts.get(inner);
        const system = mount?.system ?? found.system;
        return named({ path: inner, system, stat: system.stat(mount?.root ?? file) }, name);
      })
      .sort((a, b) => compareNaturally(a.name, b.name));
  }

  /** Gives the names in a folder; none where there is no such folder. */
  names(path: string): readonly string[] {
    const found = this.look(path);
    if (found?.stat.kind !== 'folder') return [];
    return [...this.#names(found.system, found.stat.file).keys()].sort(compareNaturally);
  }

  /** Gives the bytes of a file of at most `most` bytes. */
  read(path: string, most: number): Buffer {
    const { stat, system } = this.#file(path);
    if (stat.size > most)
      throw new PathFault('too-large', path, `it has ${stat.size} bytes, more than the ${most} that are read`);
    const bytes = Buffer.alloc(stat.size);
    return bytes.subarray(0, system.readInto(stat.file, bytes, 0));
  }

  /** Gives the text of a file; undefined where there is none. */
  text(path: string, most: number): string | undefined {
    const found = this.look(path);
    return found?.stat.kind === 'file' ? this.read(found.path, most).toString('utf8') : undefined;
  }

  /** Gives the bytes of a file in pieces. */
  *pieces(path: string, from = 0): Generator<Buffer> {
    const { stat, system } = this.#file(path);
    for (let at = from; at < stat.size; ) {
      const piece = Buffer.allocUnsafe(Math.min(pieceSize, stat.size - at));
      const count = system.readInto(stat.file, piece, at);
      if (count === 0) return;
      yield piece.subarray(0, count);
      at += count;
    }
  }

  #file(path: string): FoundFile {
    const found = this.find(path);
    if (found.stat.kind === 'file') return found;
    throw new PathFault('not-a-file', path, `it is a ${found.stat.kind.replace('-', ' ')}, not a file`);
  }

  #step(above: readonly Step[], name: string, path: string): Step {
    const { system, file } = above.at(-1) ?? { system: this.root.system, file: this.root.root };
    if (system.stat(file).kind !== 'folder')
      throw new PathFault('not-a-folder', path, `${pathOf(above)} is not a folder`);
    const names = this.#names(system, file);
    const found = names.get(name) ?? (system.foldsCase === true ? sameLetters(names, name) : undefined);
    if (found === undefined) throw new PathFault('not-found', path, `there is no ${name} in ${pathOf(above)}`);
    const mount = this.mounts.get(pathOf([...above, { name }]));
    return mount === undefined ? { name, system, file: found } : { name, system: mount.system, file: mount.root };
  }

  #names(system: BrowsedFileSystem, folder: number): ReadonlyMap<string, number> {
    const kept = this.#folders.get(system) ?? new Map<number, ReadonlyMap<string, number>>();
    this.#folders.set(system, kept);
    const known = kept.get(folder);
    if (known !== undefined) return known;
    const names = new Map<string, number>();
    for (const { name, file } of system.entries(folder)) if (!name.includes('/')) names.set(name, file);
    const [oldest] = kept.keys();
    if (kept.size >= keptFolders && oldest !== undefined) kept.delete(oldest);
    kept.set(folder, names);
    return names;
  }
}

function sameLetters(names: ReadonlyMap<string, number>, wanted: string): number | undefined {
  const folded = wanted.toLowerCase();
  for (const [name, file] of names) if (name.toLowerCase() === folded) return file;
  return undefined;
}

const pieceSize = 1024 * 1024;

const pathOf = (steps: readonly { readonly name: string }[]): string => `/${steps.map(({ name }) => name).join('/')}`;

const named = (found: FoundFile, name: string): ListedFile =>
  found.stat.kind === 'link' ? { ...found, name, target: found.system.readLink(found.stat.file) } : { ...found, name };
