import type { FileResult, FileTree } from '#transport/file-tree';
import type { FileRights, StoredFile, WritableTree } from '#transport/writable-tree';
import { failure } from './failure.js';
import { type KernelFiles, writeToKernel } from './kernel-knobs.js';

/** What a file was made into since the machine was captured; undefined: it was taken away. */
type Entry = StoredFile | { readonly link: string } | undefined;

const plain: FileRights = { mode: 0o644, uid: 0, gid: 0 };
const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** A tree in memory over a captured one, which itself stays as it is. Knobs behave as the kernel's do. */
export class SimulatedFiles implements WritableTree {
  readonly #base: FileTree;
  readonly #entries = new Map<string, Entry>();
  readonly #folders = new Set<string>();

  constructor(base: FileTree) {
    this.#base = base;
  }

  read(path: string): FileResult<string> {
    const real = this.#real(path);
    if (!this.#entries.has(real)) return this.#base.read(real);
    const entry = this.#entries.get(real);
    return entry !== undefined && 'bytes' in entry
      ? { outcome: 'ok', value: decoder.decode(entry.bytes) }
      : { outcome: 'absent' };
  }

  list(path: string): FileResult<readonly string[]> {
    const real = this.#resolve(path);
    const below = this.#base.list(real);
    const names = new Set(below.outcome === 'ok' ? below.value : []);
    const prefix = real === '/' ? '/' : `${real}/`;
    let isThere = below.outcome === 'ok' || this.#folders.has(real);
    for (const folder of this.#folders) if (folder.startsWith(prefix)) names.add(firstPart(folder, prefix));
    for (const [at, entry] of this.#entries) {
      if (!at.startsWith(prefix)) continue;
      if (entry !== undefined) names.add(firstPart(at, prefix));
      else if (!at.slice(prefix.length).includes('/')) names.delete(at.slice(prefix.length));
      isThere ||= entry !== undefined;
    }
    return isThere ? { outcome: 'ok', value: [...names].sort() } : below;
  }

  link(path: string): FileResult<string> {
    const at = this.#besideLinks(path);
    if (!this.#entries.has(at)) return this.#base.link(at);
    const entry = this.#entries.get(at);
    return entry !== undefined && 'link' in entry ? { outcome: 'ok', value: entry.link } : { outcome: 'absent' };
  }

  room(path: string): ReturnType<FileTree['room']> {
    return this.#base.room(path);
  }

  load(path: string): StoredFile | undefined {
    const real = this.#real(path);
    const entry = this.#entries.get(real);
    if (entry !== undefined && 'bytes' in entry) return entry;
    const found = this.read(real);
    return found.outcome === 'ok' ? { ...plain, bytes: encoder.encode(found.value) } : undefined;
  }

  store(path: string, bytes: Uint8Array, rights: Partial<FileRights> = {}): void {
    const real = this.#real(path);
    const was = this.load(real);
    this.#addFolder(real.slice(0, real.lastIndexOf('/')));
    const { mode, uid, gid } = was ?? plain;
    this.#entries.set(real, { mode, uid, gid, ...rights, bytes });
  }

  /** Text as `store` takes bytes. */
  write(path: string, text: string): void {
    this.store(path, encoder.encode(text));
  }

  /** Makes a symbolic link. */
  linkTo(path: string, link: string): void {
    const at = this.#besideLinks(path);
    this.#addFolder(at.slice(0, at.lastIndexOf('/')));
    this.#entries.set(at, { link });
  }

  /** Takes a file or a link away. */
  remove(path: string): void {
    this.#entries.set(this.#besideLinks(path), undefined);
  }

  removeFolder(path: string): void {
    const real = this.#resolve(path);
    const inside = this.list(real);
    if (inside.outcome === 'ok' && inside.value.length === 0) this.#folders.delete(real);
  }

  tidy(_path: string): void {
    // a store in memory is done wholly or not at all
  }

  mayWrite(path: string): boolean {
    return this.read(path).outcome !== 'denied';
  }

  writeKnob(path: string, text: string): void {
    const real = this.#real(path);
    const before = this.read(real);
    if (before.outcome === 'denied') throw failure('EACCES', path);
    if (before.outcome !== 'ok') throw failure('ENOENT', path);
    writeToKernel(this.kernel, real, text);
  }

  /** The files, as the kernel sees to its own. */
  get kernel(): KernelFiles {
    return {
      read: at => {
        const found = this.read(at);
        return found.outcome === 'ok' ? found.value : undefined;
      },
      list: at => {
        const found = this.list(at);
        return found.outcome === 'ok' ? found.value : [];
      },
      set: (at, to) => this.write(at, to),
    };
  }

  /** Makes a file or a link what it was when the machine was captured. Gives whether it was there then. */
  revert(path: string): boolean {
    const at = this.#besideLinks(path);
    this.#entries.delete(at);
    return this.#base.read(at).outcome === 'ok' || this.#base.link(at).outcome === 'ok';
  }

  /** All that is not as it was captured: texts by path; undefined where a file went. */
  changed(): ReadonlyMap<string, string | undefined> {
    const told = new Map<string, string | undefined>();
    for (const [path, entry] of this.#entries) {
      const was = this.#base.read(path);
      const text = entry === undefined ? undefined : 'link' in entry ? `→ ${entry.link}` : decoder.decode(entry.bytes);
      const link = this.#base.link(path);
      if (entry !== undefined && 'link' in entry && link.outcome === 'ok' && link.value === entry.link) continue;
      if (text !== (was.outcome === 'ok' ? was.value : undefined)) told.set(path, text);
    }
    return told;
  }

  #addFolder(path: string): void {
    if (path !== '' && this.#base.list(path).outcome !== 'ok') this.#folders.add(path);
  }

  /** The path with the links of its folders followed, not its own. */
  #besideLinks(path: string): string {
    const slash = path.lastIndexOf('/');
    const folder = this.#resolve(path.slice(0, slash));
    return `${folder === '/' ? '' : folder}${path.slice(slash)}`;
  }

  /** A bundle may hold what a link leads to under the name of the link alone. */
  #real(path: string): string {
    const real = this.#resolve(path);
    const isKnown = this.#entries.has(real) || this.#base.read(real).outcome !== 'not-captured';
    return !isKnown && this.#base.read(path).outcome === 'ok' ? path : real;
  }

  #resolve(path: string, depth = 0): string {
    if (depth > 20) throw failure('ELOOP', path);
    const parts = path.split('/').filter(part => part !== '' && part !== '.');
    let at = '';
    for (const [index, part] of parts.entries()) {
      at = part === '..' ? at.slice(0, at.lastIndexOf('/')) : `${at}/${part}`;
      const entry = this.#entries.get(at);
      const found = this.#entries.has(at) ? undefined : this.#base.link(at);
      const to =
        entry !== undefined && 'link' in entry ? entry.link : found?.outcome === 'ok' ? found.value : undefined;
      if (to === undefined) continue;
      const rest = parts.slice(index + 1).join('/');
      const start = to.startsWith('/') ? to : `${at.slice(0, at.lastIndexOf('/'))}/${to}`;
      return this.#resolve(rest === '' ? start : `${start}/${rest}`, depth + 1);
    }
    return at === '' ? '/' : at;
  }
}

const firstPart = (path: string, prefix: string): string => path.slice(prefix.length).split('/', 1)[0] ?? '';
