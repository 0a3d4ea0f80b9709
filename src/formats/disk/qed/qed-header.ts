import type { Buffer } from 'node:buffer';
import { ImageFault } from '#formats/disk/image-fault';
import { bytesAt, littleEndian64 } from '#formats/disk/read-bytes';
import type { ByteSource } from '#units/byte-source';

/** What the header of a QED image says (QEMU: docs/interop/qed_spec.txt). Sizes and offsets in bytes. */
export interface QedHeader {
  readonly clusterSize: number;
  /** Clusters that a table takes. */
  readonly tableClusters: number;
  /** Entries of a table. */
  readonly entries: number;
  /** The first byte after the clusters of the header. */
  readonly headerEnd: number;
  readonly l1At: number;
  readonly virtualSize: number;
  /** The file's size without a cluster that is not whole. */
  readonly fileEnd: number;
  readonly backing: { readonly name: string; readonly isRaw: boolean } | undefined;
  /** It was not closed in good order: QEMU examines it before it writes to it. */
  readonly needsCheck: boolean;
}

const headerLength = 64;
const knownFeatures = 7;
const feature = { backingFile: 1, needsCheck: 2, backingIsRaw: 4 };

/** Reads the header. Throws ImageFault. */
export function readQedHeader(file: ByteSource): QedHeader {
  const head = bytesAt(file, 0, headerLength, 'the header');
  if (head.toString('latin1', 0, 4) !== 'QED\0') throw new ImageFault('not-this-format', 'no QED image', 0);
  const features = littleEndian64(head, 16);
  if (features > knownFeatures)
    throw new ImageFault('unsupported', `it has features of QED that are not known: ${features.toString(16)}`, 16);
  const clusterSize = head.readUInt32LE(4);
  if (!isPowerOfTwo(clusterSize) || clusterSize < 4096 || clusterSize > 2 ** 26)
    throw new ImageFault('malformed', `a cluster cannot have ${clusterSize} bytes`, 4);
  const tableClusters = head.readUInt32LE(8);
  if (!isPowerOfTwo(tableClusters) || tableClusters > 16)
    throw new ImageFault('malformed', `a table cannot have ${tableClusters} clusters`, 8);
  const entries = (clusterSize * tableClusters) / 8;
  const virtualSize = littleEndian64(head, 48);
  if (virtualSize % 512 !== 0 || virtualSize > entries * entries * clusterSize || !Number.isSafeInteger(virtualSize))
    throw new ImageFault('malformed', `the disk cannot have ${virtualSize} bytes`, 48);
  const header: QedHeader = {
    clusterSize,
    tableClusters,
    entries,
    headerEnd: head.readUInt32LE(12) * clusterSize,
    l1At: littleEndian64(head, 40),
    virtualSize,
    fileEnd: file.size - (file.size % clusterSize),
    backing: readBacking(file, head, features, clusterSize),
    needsCheck: (features & feature.needsCheck) !== 0,
  };
  if (!isTable(header, header.l1At))
    throw new ImageFault('malformed', `the first table cannot stand at byte ${header.l1At}`, 40);
  return header;
}

function readBacking(file: ByteSource, head: Buffer, features: number, clusterSize: number): QedHeader['backing'] {
  if ((features & feature.backingFile) === 0) return undefined;
  const at = head.readUInt32LE(56);
  const length = head.readUInt32LE(60);
  if (length > 1023 || at + length > head.readUInt32LE(12) * clusterSize)
    throw new ImageFault('malformed', `the name of the backing file is said to be ${length} bytes at ${at}`, 56);
  const name = bytesAt(file, at, length, 'the name of the backing file').toString('utf8');
  return { name: name.split('\0', 1)[0] ?? '', isRaw: (features & feature.backingIsRaw) !== 0 };
}

const isPowerOfTwo = (value: number): boolean => value > 0 && Number.isInteger(Math.log2(value));

/** Whether a cluster can stand at a byte of the file. */
export const isCluster = ({ clusterSize, headerEnd, fileEnd }: QedHeader, at: number): boolean =>
  at % clusterSize === 0 && at >= headerEnd && at < fileEnd;

/** Whether a table can stand at a byte of the file. QEMU takes no table of one cluster for one. */
export const isTable = (header: QedHeader, at: number): boolean =>
  header.tableClusters > 1 &&
  isCluster(header, at) &&
  isCluster(header, at + (header.tableClusters - 1) * header.clusterSize);
