import { Buffer } from 'node:buffer';
import { ImageFault } from '#formats/disk/image-fault';
import type { FileStat } from '#formats/filesystem/browsed-file-system';
import type { FileNodes, NodeEntry } from '#formats/fuse/file-nodes';
import {
  answerHead,
  attributesOut,
  entryLength,
  errno,
  initFlags,
  namePlace,
  operation,
  requestHead,
  Writer,
  writeEntry,
  writeName,
} from '#formats/fuse/fuse-layout';

/** How requests are answered. */
export interface FuseOptions {
  /** Whether this machine puts the least byte of a number first: the protocol has the machine's order. */
  readonly isLittle: boolean;
  /** Is told what is damaged in the image, each fault once. */
  readonly tell: (fault: ImageFault) => void;
}

/** The most bytes that are read at once, and the most of a request: nothing is written. */
const [mostRead, mostWrite] = [1024 * 1024, 4096];
/** Names of folders that are kept at a time. */
const mostNames = 400_000;
/** Longest name that the kernel takes (FUSE_NAME_MAX). */
const longestName = 1024;
/** Faults that are told: a damaged image may have any number of them. */
const mostFaults = 200;

/** Gives the answer to a request of the kernel; undefined where it wants none. */
export type FuseAnswer = (request: Buffer) => Buffer | undefined;

/**
 * Serves a tree of files, read-only, in the words of the kernel's protocol for file systems in user space (linux: Documentation/filesystems/fuse, uapi
 * fuse.h 7.23 and later): takes its requests, gives the answers. What is damaged reads as an error of input, never more.
 */
export function answerFuse(nodes: FileNodes, { isLittle, tell }: FuseOptions): FuseAnswer {
  const folders = new KeptFolders(nodes);
  const told = new Set<string>();
  return request => {
    if (request.length < requestHead) return undefined;
    const view = new DataView(request.buffer, request.byteOffset, request.length);
    const code = view.getUint32(4, isLittle);
    const unique = view.getBigUint64(8, isLittle);
    if (code === operation.forget || code === operation.batchForget || code === operation.interrupt) return undefined;
    try {
      const content = answerTo({
        code,
        node: view.getBigUint64(16, isLittle),
        view,
        request,
        nodes,
        folders,
        isLittle,
      });
      return typeof content === 'number' ? failure(content, unique, isLittle) : success(content, unique, isLittle);
    } catch (error) {
      if (!(error instanceof ImageFault)) throw error;
      if (told.size < mostFaults && !told.has(error.message)) {
        told.add(error.message);
        tell(error);
      }
      return failure(error.kind === 'unsupported' ? errno.unsupported : errno.input, unique, isLittle);
    }
  };
}

const failure = (number: number, unique: bigint, isLittle: boolean): Buffer =>
  new Writer(answerHead, isLittle).u32(answerHead, -number).u64(unique).bytes;

const success = (content: Buffer, unique: bigint, isLittle: boolean): Buffer =>
  Buffer.concat([new Writer(answerHead, isLittle).u32(answerHead + content.length, 0).u64(unique).bytes, content]);

interface Request {
  readonly code: number;
  readonly node: bigint;
  readonly view: DataView;
  readonly request: Buffer;
  readonly nodes: FileNodes;
  readonly folders: KeptFolders;
  readonly isLittle: boolean;
}

const nothing = Buffer.alloc(0);

/** Gives what the answer says, or an error number. */
function answerTo(one: Request): Buffer | number {
  const { code, node, nodes, folders, request, isLittle } = one;
  switch (code) {
    case operation.init:
      return agree(one);
    case operation.lookUp: {
      const end = request.indexOf(0, requestHead);
      const found = folders.lookUp(node, request.toString('utf8', requestHead, end < 0 ? request.length : end));
      if (found === undefined) return errno.noEntry;
      const out = new Writer(entryLength, isLittle);
      writeEntry(out, found, nodes.stat(found));
      return out.bytes;
    }
    case operation.getAttributes:
      return attributesOut(node, nodes.stat(node), isLittle);
    case operation.readLink:
      return nodes.stat(node).kind === 'link' ? Buffer.from(nodes.readLink(node)) : errno.invalid;
    case operation.open:
      // FOPEN_KEEP_CACHE
      return nodes.stat(node).kind === 'folder' ? errno.isFolder : opened(2, isLittle);
    case operation.openFolder:
      // FOPEN_KEEP_CACHE, FOPEN_CACHE_DIR
      return nodes.stat(node).kind === 'folder' ? opened(2 | 8, isLittle) : errno.notFolder;
    case operation.read:
      return readFile(one);
    case operation.readFolder:
    case operation.readFolderPlus:
      return readFolder(one, code === operation.readFolderPlus);
    case operation.statFs:
      return new Writer(80, isLittle).u64(Math.ceil(nodes.size / 4096), 0, 0, 0, 0).u32(4096, 255, 4096).bytes;
    case operation.release:
    case operation.releaseFolder:
    case operation.flush:
    case operation.destroy:
      return nothing;
    default:
      return errno.noCall;
  }
}

/** struct fuse_init_out: version 7.31, of the flags those that both know. */
function agree({ view, isLittle }: Request): Buffer | number {
  if (view.byteLength < requestHead + 16) return errno.invalid;
  const [major, readAhead, theirs] = [0, 8, 12].map(at => view.getUint32(requestHead + at, isLittle));
  if (major !== 7) return errno.invalid;
  const ours = Object.values(initFlags).reduce((all, flag) => all | flag, 0);
  return new Writer(64, isLittle)
    .u32(7, 31, readAhead ?? 0, ours & (theirs ?? 0))
    .u16(12, 9)
    .u32(mostWrite, 1)
    .u16(mostRead / 4096, 0).bytes;
}

const opened = (flags: number, isLittle: boolean): Buffer => new Writer(16, isLittle).u64(0).u32(flags, 0).bytes;

/** struct fuse_read_in: where to begin, and how much. */
function wantedBytes({ view, isLittle }: Request): { readonly at: number; readonly length: number } | undefined {
  if (view.byteLength < requestHead + 24) return undefined;
  const at = Number(view.getBigUint64(requestHead + 8, isLittle));
  return Number.isSafeInteger(at)
    ? { at, length: Math.min(view.getUint32(requestHead + 16, isLittle), mostRead) }
    : undefined;
}

function readFile(one: Request): Buffer | number {
  const { node, nodes } = one;
  const wanted = wantedBytes(one);
  if (wanted === undefined || nodes.stat(node).kind !== 'file') return errno.invalid;
  const target = Buffer.alloc(wanted.length);
  return target.subarray(0, nodes.readInto(node, target, wanted.at));
}

/** As many names as fit, from the one on that is asked for. */
function readFolder(one: Request, isPlus: boolean): Buffer | number {
  const { node, nodes, folders, isLittle } = one;
  const wanted = wantedBytes(one);
  if (wanted === undefined) return errno.invalid;
  const names = folders.names(node);
  const out: Buffer[] = [];
  let room = wanted.length;
  for (let at = wanted.at; at < names.length; at++) {
    const entry = names[at];
    if (entry === undefined) break;
    const name = Buffer.from(entry.name);
    const length = namePlace(name) + (isPlus ? entryLength : 0);
    if (length > room) break;
    room -= length;
    const to = new Writer(length, isLittle);
    const stat = isPlus && !isDots(entry) ? statOf(nodes, entry.node) : undefined;
    if (isPlus) {
      // number 0: nothing is told of it, and the kernel asks when it wants to know
      if (stat === undefined) to.text(new Uint8Array(entryLength));
      else writeEntry(to, entry.node, stat);
    }
    writeName(to, entry.node, at + 1, name, stat);
    out.push(to.bytes);
  }
  return Buffer.concat(out);
}

const isDots = ({ name }: NodeEntry): boolean => name === '.' || name === '..';

/** One damaged file does not hide the others of its folder. */
function statOf(nodes: FileNodes, node: bigint): FileStat | undefined {
  try {
    return nodes.stat(node);
  } catch (error) {
    if (error instanceof ImageFault) return undefined;
    throw error;
  }
}

interface KeptFolder {
  readonly names: readonly NodeEntry[];
  readonly byName: ReadonlyMap<string, bigint>;
}

/** The folders that were read last, so that a long one that is asked for in pieces is read once. */
class KeptFolders {
  readonly #nodes: FileNodes;
  readonly #kept = new Map<bigint, KeptFolder>();
  #count = 0;

  constructor(nodes: FileNodes) {
    this.#nodes = nodes;
  }

  names(folder: bigint): readonly NodeEntry[] {
    return this.#folder(folder).names;
  }

  lookUp(folder: bigint, name: string): bigint | undefined {
    return this.#folder(folder).byName.get(name);
  }

  #folder(folder: bigint): KeptFolder {
    const known = this.#kept.get(folder);
    if (known !== undefined) {
      this.#kept.delete(folder);
      this.#kept.set(folder, known);
      return known;
    }
    const byName = new Map<string, bigint>();
    for (const { name, node } of this.#nodes.entries(folder)) if (canBeName(name)) byName.set(name, node);
    const above = { name: '..', node: folder };
    const names = [{ name: '.', node: folder }, above, ...[...byName].map(([name, node]) => ({ name, node }))];
    const kept = { names, byName };
    this.#kept.set(folder, kept);
    this.#count += names.length;
    for (const [oldest, { names: gone }] of this.#kept) {
      if (this.#count <= mostNames || oldest === folder) break;
      this.#kept.delete(oldest);
      this.#count -= gone.length;
    }
    return kept;
  }
}

/** The kernel takes a whole folder for damaged where a name in it cannot be one. */
const canBeName = (name: string): boolean =>
  name !== '' && name !== '.' && name !== '..' && !/[/\0]/.test(name) && Buffer.byteLength(name) <= longestName;
