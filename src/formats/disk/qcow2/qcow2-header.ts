import { ImageFault } from '#formats/disk/image-fault';
import { bigEndian64 } from '#formats/disk/read-bytes';

/** The first 112 bytes of a qcow2 image (QEMU's docs/interop/qcow2.txt, Header), checked as far as they alone tell. */
export interface Qcow2Header {
  readonly version: 2 | 3;
  readonly clusterBits: number;
  /** Bytes. */
  readonly clusterSize: number;
  /** Size of the guest's disk in bytes, whole sectors. */
  readonly virtualSize: number;
  /** Byte at which the name of the layer below stands; 0: there is none. */
  readonly backingOffset: number;
  /** Length of that name in bytes. */
  readonly backingLength: number;
  readonly encryption: 'none' | 'aes' | 'luks';
  /** Entries of the table of tables that the guest's disk is mapped by. */
  readonly l1Entries: number;
  readonly l1Offset: number;
  readonly refcountTableOffset: number;
  readonly refcountTableClusters: number;
  readonly snapshotCount: number;
  readonly snapshotsOffset: number;
  readonly incompatible: bigint;
  readonly compatible: bigint;
  readonly autoclear: bigint;
  /** Width of a reference count in bits: 1, 2 … 64. */
  readonly refcountBits: number;
  /** Bytes; extensions start right after. */
  readonly headerLength: number;
  readonly compression: 'zlib' | 'zstd';
}

/** Bits of the incompatible features: who does not know one must not open the image. */
export const incompatibleBit = { dirty: 1n, corrupt: 2n, dataFile: 4n, compression: 8n, extendedL2: 16n } as const;

/** Bits of the other features. */
export const lazyRefcountsBit = 1n;
export const bitmapsBit = 1n;
export const rawDataFileBit = 2n;

/** Bytes of the header that are known. */
export const headerBytes = 112;

const mostL1Bytes = 32 * 1024 * 1024;
const mostRefcountTableBytes = 8 * 1024 * 1024;

/** Do these bytes start as a qcow2 image does? */
export const isQcow2 = (head: Uint8Array): boolean =>
  head.length >= 8 && head[0] === 0x51 && head[1] === 0x46 && head[2] === 0x49 && head[3] === 0xfb;

/**
 * Reads the header from the first bytes of a file, at least `headerBytes`. Throws ImageFault where it contradicts itself or is beyond what the format
 * allows, in the order in which QEMU looks. Unknown incompatible features are left to who can name them.
 */
export function parseQcow2Header(head: Buffer): Qcow2Header {
  if (!isQcow2(head)) throw new ImageFault('not-this-format', 'the file does not start as a qcow2 image does', 0);
  const version = head.readUInt32BE(4);
  if (version !== 2 && version !== 3) throw new ImageFault('unsupported', `qcow2 version ${version} is not known`, 4);
  const clusterBits = head.readUInt32BE(20);
  if (clusterBits < 9 || clusterBits > 21)
    throw new ImageFault('malformed', `the cluster size of 2^${clusterBits} bytes is out of range`, 20);
  const clusterSize = 2 ** clusterBits;
  const isNew = version === 3;
  const headerLength = isNew ? head.readUInt32BE(100) : 72;
  if (headerLength < 72 || (isNew && headerLength < 104))
    throw new ImageFault('malformed', `the header is said to be ${headerLength} bytes: too short`, 100);
  if (headerLength > clusterSize)
    throw new ImageFault('malformed', `the header is said to be ${headerLength} bytes: more than a cluster`, 100);
  const backingOffset = bigEndian64(head, 8);
  if (backingOffset > clusterSize)
    throw new ImageFault(
      'malformed',
      `the name of the backing file is said to stand at ${backingOffset}, beyond the first cluster`,
      8,
    );

  const incompatible = isNew ? head.readBigUInt64BE(72) : 0n;
  const compression = compressionOf(head, headerLength, incompatible);
  const refcountOrder = isNew ? head.readUInt32BE(96) : 4;
  if (refcountOrder > 6)
    throw new ImageFault('malformed', `reference counts are said to be 2^${refcountOrder} bits wide: more than 64`, 96);
  const method = head.readUInt32BE(32);
  if (method > 2) throw new ImageFault('unsupported', `encryption method ${method} is not known`, 32);

  const header: Qcow2Header = {
    version,
    clusterBits,
    clusterSize,
    virtualSize: Math.floor(bigEndian64(head, 24) / 512) * 512,
    backingOffset,
    backingLength: head.readUInt32BE(16),
    encryption: method === 0 ? 'none' : method === 1 ? 'aes' : 'luks',
    l1Entries: head.readUInt32BE(36),
    l1Offset: bigEndian64(head, 40),
    refcountTableOffset: bigEndian64(head, 48),
    refcountTableClusters: head.readUInt32BE(56),
    snapshotCount: head.readUInt32BE(60),
    snapshotsOffset: bigEndian64(head, 64),
    incompatible,
    compatible: isNew ? head.readBigUInt64BE(80) : 0n,
    autoclear: isNew ? head.readBigUInt64BE(88) : 0n,
    refcountBits: 2 ** refcountOrder,
    headerLength,
    compression,
  };
  if ((incompatible & ~knownFeatures) === 0n) checkTables(header);
  return header;
}

/** All incompatible features that are known. */
export const knownFeatures = Object.values(incompatibleBit).reduce((all, bit) => all | bit, 0n);

/** Bytes of an entry of an L2 table. */
export const l2EntryBytes = ({ incompatible }: Qcow2Header): 8 | 16 =>
  (incompatible & incompatibleBit.extendedL2) === 0n ? 8 : 16;

/** Byte of the header at which the kind of compression stands, where it is long enough. */
const compressionAt = 104;

function compressionOf(head: Buffer, headerLength: number, incompatible: bigint): 'zlib' | 'zstd' {
  const type = headerLength > compressionAt ? head.readUInt8(compressionAt) : 0;
  if (type > 1) throw new ImageFault('unsupported', `compression type ${type} is not known`, compressionAt);
  if ((type === 1) !== ((incompatible & incompatibleBit.compression) !== 0n))
    throw new ImageFault(
      'malformed',
      'the compression type and the feature bit for it contradict each other',
      compressionAt,
    );
  return type === 1 ? 'zstd' : 'zlib';
}

/** Sees that the tables may stand where the header says, and cover the guest's disk. */
function checkTables(header: Qcow2Header): void {
  const { clusterBits, clusterSize, virtualSize, l1Entries } = header;
  const entryBytes = l2EntryBytes(header);
  if (entryBytes === 16 && clusterBits < 14)
    throw new ImageFault(
      'malformed',
      `subclusters need clusters of 16 KiB at least, these are ${clusterSize} bytes`,
      20,
    );
  checkTable(
    'refcount table',
    header.refcountTableOffset,
    header.refcountTableClusters * clusterSize,
    mostRefcountTableBytes,
    clusterSize,
    48,
  );
  checkTable('L1 table', header.l1Offset, l1Entries * 8, mostL1Bytes, clusterSize, 40);
  if (virtualSize > Number.MAX_SAFE_INTEGER)
    throw new ImageFault('unsupported', `a guest's disk of ${virtualSize} bytes is more than is read`, 24);
  const needed = Math.ceil(virtualSize / (clusterSize * (clusterSize / entryBytes)));
  if (l1Entries < needed)
    throw new ImageFault('malformed', `the L1 table has ${l1Entries} entries; the guest's disk needs ${needed}`, 36);
}

function checkTable(name: string, offset: number, length: number, most: number, clusterSize: number, at: number): void {
  if (length > most) throw new ImageFault('malformed', `the ${name} is said to be ${length} bytes: too large`, at);
  if (offset % clusterSize !== 0 || offset > Number.MAX_SAFE_INTEGER)
    throw new ImageFault('malformed', `the ${name} is said to stand at ${offset}: not the start of a cluster`, at);
}
