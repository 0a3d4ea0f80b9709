import { Buffer } from 'node:buffer';
import type { FileKind, FileStat } from '#formats/filesystem/browsed-file-system';

/** What the kernel asks of a file system in user space (linux: include/uapi/linux/fuse.h, enum fuse_opcode). */
export const operation = {
  lookUp: 1,
  forget: 2,
  getAttributes: 3,
  readLink: 5,
  open: 14,
  read: 15,
  statFs: 17,
  release: 18,
  flush: 25,
  init: 26,
  openFolder: 27,
  readFolder: 28,
  releaseFolder: 29,
  interrupt: 36,
  destroy: 38,
  batchForget: 42,
  readFolderPlus: 44,
} as const;

/** Error numbers of Linux, as far as they are given here. */
export const errno = {
  noEntry: 2,
  input: 5,
  notFolder: 20,
  isFolder: 21,
  invalid: 22,
  noCall: 38,
  unsupported: 95,
} as const;

/** Bytes before what a request asks, and before what an answer says. */
export const [requestHead, answerHead] = [40, 16];

/** Flags that INIT agrees on: pages are read ahead and several at once, folders with what their files are, links are kept. */
export const initFlags = {
  asyncRead: 1 << 0,
  exportSupport: 1 << 4,
  readFolderPlus: 1 << 13,
  readFolderPlusAuto: 1 << 14,
  parallelFolders: 1 << 18,
  maxPages: 1 << 22,
  cacheLinks: 1 << 23,
} as const;

/** Nothing changes while it is open, so that the kernel may keep for an hour what it was told. */
const validSeconds = 3600n;

const modeOfKind: Readonly<Record<FileKind, number>> = {
  pipe: 0o010000,
  'character-device': 0o020000,
  folder: 0o040000,
  'block-device': 0o060000,
  file: 0o100000,
  link: 0o120000,
  socket: 0o140000,
};

/** Writes numbers in the order of bytes that this machine's kernel uses. */
export class Writer {
  readonly bytes: Buffer;
  readonly #view: DataView;
  readonly #isLittle: boolean;
  #at = 0;

  constructor(length: number, isLittle: boolean) {
    this.bytes = Buffer.alloc(length);
    this.#view = new DataView(this.bytes.buffer, this.bytes.byteOffset, length);
    this.#isLittle = isLittle;
  }

  u16(...values: readonly number[]): this {
    for (const value of values) {
      this.#view.setUint16(this.#at, value, this.#isLittle);
      this.#at += 2;
    }
    return this;
  }

  u32(...values: readonly number[]): this {
    for (const value of values) {
      this.#view.setUint32(this.#at, value >>> 0, this.#isLittle);
      this.#at += 4;
    }
    return this;
  }

  /** Below zero as two's complement. */
  u64(...values: readonly (bigint | number)[]): this {
    for (const value of values) {
      this.#view.setBigUint64(this.#at, BigInt.asUintN(64, BigInt(value)), this.#isLittle);
      this.#at += 8;
    }
    return this;
  }

  text(bytes: Uint8Array): this {
    this.bytes.set(bytes, this.#at);
    this.#at += bytes.length;
    return this;
  }
}

const attributesLength = 88;
export const entryLength = 40 + attributesLength;

/** struct fuse_attr. Device numbers are not told: devices of a guest are nothing here. */
function writeAttributes(to: Writer, node: bigint, stat: FileStat): void {
  const { size, modified, kind, mode, links, uid, gid } = stat;
  const time = Math.trunc(modified);
  to.u64(node, size, Math.ceil(size / 512), time, time, time).u32(0, 0, 0);
  to.u32(modeOfKind[kind] | mode, Math.min(links, 0xffff_ffff), uid, gid, 0, 4096, 0);
}

/** struct fuse_entry_out. */
export function writeEntry(to: Writer, node: bigint, stat: FileStat): void {
  to.u64(node, 0, validSeconds, validSeconds).u32(0, 0);
  writeAttributes(to, node, stat);
}

/** struct fuse_attr_out. */
export function attributesOut(node: bigint, stat: FileStat, isLittle: boolean): Buffer {
  const out = new Writer(16 + attributesLength, isLittle).u64(validSeconds).u32(0, 0);
  writeAttributes(out, node, stat);
  return out.bytes;
}

/** Bytes that a name takes in a folder that is read: struct fuse_dirent, padded to eight. */
export const namePlace = (name: Uint8Array): number => Math.ceil((24 + name.length) / 8) * 8;

/** struct fuse_dirent; `next`: where reading the folder goes on after it. */
export function writeName(to: Writer, node: bigint, next: number, name: Uint8Array, stat?: FileStat): void {
  to.u64(node, next)
    .u32(name.length, stat === undefined ? 0 : modeOfKind[stat.kind] >>> 12)
    .text(name)
    .text(new Uint8Array(namePlace(name) - 24 - name.length));
}
