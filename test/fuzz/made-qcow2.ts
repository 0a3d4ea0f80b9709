import { deflateRawSync } from 'node:zlib';

/** What a small image is to have. */
export interface QcowWish {
  /** 3 unless said. */
  readonly version?: 2 | 3;
  /** Log₂ of the cluster size; 9 unless said. */
  readonly clusterBits?: number;
  /** Log₂ of the width of a reference count; 4 unless said. */
  readonly refcountOrder?: number;
  /** Clusters of the guest's disk with data, by number. */
  readonly data?: readonly number[];
  readonly compressed?: readonly number[];
  /** Marked as zeroes. */
  readonly zeroes?: readonly number[];
  /** Clusters of the guest's disk in all; 40 unless said. */
  readonly clusters?: number;
  readonly backing?: string;
  /** Snapshots, all of them of the disk as it is. */
  readonly snapshots?: number;
  /** Entries of 16 bytes, with subclusters; needs clusters of 16 KiB. */
  readonly hasSubclusters?: boolean;
  readonly hasBitmap?: boolean;
}

/** An image, and where its parts stand. */
export interface MadeQcow {
  readonly bytes: Buffer;
  readonly clusterSize: number;
  readonly l1: number;
  readonly l2: number;
  readonly refcountTable: number;
  readonly refcountBlock: number;
  /** Bytes at which data of clusters of the guest stands. */
  readonly placeOf: ReadonlyMap<number, number>;
}

const copied = 1n << 63n;

/** Makes a sound qcow2 image of one L2 table and one refcount block. */
export function madeQcow(wish: QcowWish = {}): MadeQcow {
  const { version = 3, clusterBits = 9, refcountOrder = 4, clusters = 40, snapshots = 0 } = wish;
  const { data = [], compressed = [], zeroes = [], hasSubclusters = false, hasBitmap = false } = wish;
  const size = 2 ** clusterBits;
  const entryBytes = hasSubclusters ? 16 : 8;
  const pieces: Buffer[] = [Buffer.alloc(size)];
  const used: number[] = [1];
  const add = (bytes: Buffer, times = 1): number => {
    const at = pieces.length * size;
    pieces.push(bytes);
    used.push(times);
    return at;
  };
  const times = 1 + snapshots;
  const flag = snapshots === 0 ? copied : 0n;
  const refcountTable = add(Buffer.alloc(size));
  const refcountBlock = add(Buffer.alloc(size));
  const l1Table = Buffer.alloc(size);
  const l1 = add(l1Table);
  const l2Table = Buffer.alloc(size);
  const l2 = add(l2Table, times);
  const placeOf = new Map<number, number>();
  const set = (cluster: number, entry: bigint, bitmap = 0n): void => {
    l2Table.writeBigUInt64BE(entry, cluster * entryBytes);
    if (hasSubclusters) l2Table.writeBigUInt64BE(bitmap, cluster * entryBytes + 8);
  };
  for (const cluster of data) {
    const at = add(Buffer.alloc(size, 1 + (cluster % 250)), times);
    placeOf.set(cluster, at);
    set(cluster, BigInt(at) | flag, 0x0000_00f0_ffff_ff0fn);
  }
  for (const cluster of compressed) {
    const packed = deflateRawSync(Buffer.alloc(size, 1 + (cluster % 250)));
    const at = add(Buffer.concat([packed, Buffer.alloc(size - packed.length)]), times);
    placeOf.set(cluster, at);
    set(
      cluster,
      (1n << 62n) | BigInt(at) | (BigInt(Math.ceil(packed.length / 512) - 1) << BigInt(62 - (clusterBits - 8))),
    );
  }
  for (const cluster of zeroes) set(cluster, hasSubclusters ? 0n : 1n, 0xffff_ffff_0000_0000n);
  l1Table.writeBigUInt64BE(BigInt(l2) | flag, 0);
  const snapshotsAt =
    snapshots === 0
      ? 0
      : add(
          snapshotTable(
            size,
            Array.from({ length: snapshots }, () => add(Buffer.from(l1Table))),
          ),
        );
  const bitmap = hasBitmap ? bitmapDirectory(size, add(Buffer.alloc(size))) : undefined;
  const bitmapAt = bitmap === undefined ? 0 : add(bitmap.bytes);
  const header = pieces[0] ?? Buffer.alloc(0);
  writeHeader(header, {
    version,
    clusterBits,
    refcountOrder,
    size: clusters * size,
    l1,
    refcountTable,
    snapshots,
    snapshotsAt,
    hasSubclusters,
  });
  writeExtensions(
    header,
    version === 2 ? 72 : 112,
    wish.backing,
    bitmap === undefined ? undefined : { at: bitmapAt, length: bitmap.length },
  );
  pieces[refcountTable / size]?.writeBigUInt64BE(BigInt(refcountBlock), 0);
  writeCounts(pieces[refcountBlock / size] ?? header, used, 2 ** refcountOrder);
  return { bytes: Buffer.concat(pieces), clusterSize: size, l1, l2, refcountTable, refcountBlock, placeOf };
}

interface HeaderFields {
  readonly version: number;
  readonly clusterBits: number;
  readonly refcountOrder: number;
  readonly size: number;
  readonly l1: number;
  readonly refcountTable: number;
  readonly snapshots: number;
  readonly snapshotsAt: number;
  readonly hasSubclusters: boolean;
}

function writeHeader(header: Buffer, fields: HeaderFields): void {
  header.write('QFI\xfb', 'latin1');
  header.writeUInt32BE(fields.version, 4);
  header.writeUInt32BE(fields.clusterBits, 20);
  header.writeBigUInt64BE(BigInt(fields.size), 24);
  header.writeUInt32BE(1, 36);
  header.writeBigUInt64BE(BigInt(fields.l1), 40);
  header.writeBigUInt64BE(BigInt(fields.refcountTable), 48);
  header.writeUInt32BE(1, 56);
  header.writeUInt32BE(fields.snapshots, 60);
  header.writeBigUInt64BE(BigInt(fields.snapshotsAt), 64);
  if (fields.version === 2) return;
  header.writeBigUInt64BE(fields.hasSubclusters ? 16n : 0n, 72);
  header.writeUInt32BE(fields.refcountOrder, 96);
  header.writeUInt32BE(112, 100);
}

function writeExtensions(
  header: Buffer,
  start: number,
  backing: string | undefined,
  bitmap: { at: number; length: number } | undefined,
): void {
  let at = start;
  const extension = (magic: number, data: Buffer): void => {
    header.writeUInt32BE(magic, at);
    header.writeUInt32BE(data.length, at + 4);
    data.copy(header, at + 8);
    at += 8 + Math.ceil(data.length / 8) * 8;
  };
  if (backing !== undefined) extension(0xe2792aca, Buffer.from('qcow2'));
  extension(0x6803f857, Buffer.concat([Buffer.from([0, 0]), Buffer.from('dirty bit'.padEnd(46, '\0'))]));
  if (bitmap !== undefined) {
    const place = Buffer.alloc(24);
    place.writeUInt32BE(1, 0);
    place.writeBigUInt64BE(BigInt(bitmap.length), 8);
    place.writeBigUInt64BE(BigInt(bitmap.at), 16);
    extension(0x23852875, place);
    header.writeBigUInt64BE(1n, 88);
  }
  at += 8;
  if (backing === undefined) return;
  header.writeBigUInt64BE(BigInt(at), 8);
  header.writeUInt32BE(backing.length, 16);
  header.write(backing, at);
}

function snapshotTable(size: number, l1Tables: readonly number[]): Buffer {
  const table = Buffer.alloc(size);
  for (const [index, l1] of l1Tables.entries()) {
    const at = index * 72;
    table.writeBigUInt64BE(BigInt(l1), at);
    table.writeUInt32BE(1, at + 8);
    table.writeUInt16BE(1, at + 12);
    table.writeUInt16BE(2, at + 14);
    table.writeUInt32BE(24, at + 36);
    table.write(`${index + 1}s${index + 1}`, at + 64);
  }
  return table;
}

function bitmapDirectory(size: number, table: number): { readonly bytes: Buffer; readonly length: number } {
  const bytes = Buffer.alloc(size);
  bytes.writeBigUInt64BE(BigInt(table), 0);
  bytes.writeUInt32BE(1, 8);
  bytes.writeUInt32BE(2, 12);
  bytes.writeUInt8(1, 16);
  bytes.writeUInt8(16, 17);
  bytes.writeUInt16BE(5, 18);
  bytes.write('daily', 24);
  return { bytes, length: 32 };
}

function writeCounts(block: Buffer, used: readonly number[], bits: number): void {
  for (const [cluster, count] of used.entries()) {
    if (bits < 8) {
      const at = Math.floor((cluster * bits) / 8);
      block[at] = (block[at] ?? 0) | (count << ((cluster * bits) % 8));
    } else block.writeUIntBE(count, cluster * (bits / 8) + Math.max(0, bits / 8 - 6), Math.min(6, bits / 8));
  }
}
