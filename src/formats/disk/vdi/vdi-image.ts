import { Buffer } from 'node:buffer';
import { type ClusterMap, extentIn, noPlace } from '#formats/disk/cluster-map';
import { clusterSet } from '#formats/disk/cluster-set';
import { damageList } from '#formats/disk/damage-list';
import type { ImageCheck } from '#formats/disk/image-check';
import { ImageFault } from '#formats/disk/image-fault';
import type { ImageFormat } from '#formats/disk/image-format';
import { bytesAt, fillFrom, littleEndian64 } from '#formats/disk/read-bytes';
import { pieceReader } from '#formats/disk/table-pieces';
import type { ByteSource } from '#units/byte-source';

const signature = 0xbeda107f;
const blockSize = 1024 * 1024;
/** Entries of the table that QEMU takes at the most (block/vdi.c). */
const mostBlocks = 0x1fffff80;
/** Numbers of blocks from here on say that a block is nowhere. */
const firstReserved = 0xfffffffe;
/** Entries of the table that are read at once: 64 KiB. */
const entriesPerPiece = 16_384;

/** What the header says. Sizes and offsets in bytes. */
interface VdiHeader {
  readonly tableAt: number;
  readonly dataAt: number;
  readonly virtualSize: number;
  /** Entries of the table. */
  readonly blocks: number;
  /** Blocks in use, as counted by who wrote the image. */
  readonly allocated: number;
}

/** VirtualBox's disk image, dynamic and static, version 1.1. */
export const vdi: ImageFormat = {
  name: 'vdi',
  probe: head => ([0x7f, 0x10, 0xda, 0xbe].every((byte, index) => head[64 + index] === byte) ? 100 : 0),
  open(file) {
    const header = readHeader(file);
    const map = vdiMap(file, header);
    return {
      format: 'vdi',
      virtualSize: header.virtualSize,
      info: { 'virtual-size': header.virtualSize, 'cluster-size': blockSize, 'dirty-flag': false },
      backing: undefined,
      extentAt: at => extentIn(map, at),
      readExtent: ({ offset }, skip, target) => fillFrom(file, (offset ?? 0) + skip, target),
      check: () => checkVdi(file, header),
    };
  },
};

function readHeader(file: ByteSource): VdiHeader {
  const head = bytesAt(file, 0, 512, 'the header');
  if (head.readUInt32LE(0x40) !== signature) throw new ImageFault('not-this-format', 'no VDI image', 0x40);
  const version = head.readUInt32LE(0x44);
  if (version !== 0x10001)
    throw new ImageFault('unsupported', `VDI of version ${version >>> 16}.${version & 0xffff} is not read`, 0x44);
  for (const [at, what] of [
    [0x1a8, 'a snapshot of another image'],
    [0x1b8, 'the child of another image, which it knows by its UUID alone'],
  ] as const)
    if (head.subarray(at, at + 16).some(byte => byte !== 0)) throw new ImageFault('unsupported', `it is ${what}`, at);
  const sector = head.readUInt32LE(0x168);
  if (sector !== 512) throw new ImageFault('unsupported', `sectors of ${sector} bytes are not read`, 0x168);
  const block = head.readUInt32LE(0x178);
  if (block !== blockSize) throw new ImageFault('unsupported', `blocks of ${block} bytes are not read`, 0x178);
  const tableAt = sectorStart(head, 0x154, 'the table');
  const dataAt = sectorStart(head, 0x158, 'the data');
  const blocks = head.readUInt32LE(0x180);
  if (blocks > mostBlocks) throw new ImageFault('unsupported', `${blocks} blocks are more than any image has`, 0x180);
  const size = littleEndian64(head, 0x170);
  if (size > blocks * blockSize)
    throw new ImageFault('malformed', `the table of ${blocks} blocks is too short for a disk of ${size} bytes`, 0x170);
  if (tableAt + blocks * 4 > file.size)
    throw new ImageFault('cut-short', `the table ends at ${tableAt + blocks * 4}, the file at ${file.size}`, tableAt);
  return { tableAt, dataAt, virtualSize: Math.ceil(size / 512) * 512, blocks, allocated: head.readUInt32LE(0x184) };
}

function sectorStart(head: Buffer, at: number, what: string): number {
  const start = head.readUInt32LE(at);
  if (start % 512 !== 0)
    throw new ImageFault('unsupported', `${what} begins at byte ${start}, in the midst of a sector`, at);
  return start;
}

function vdiMap(file: ByteSource, { tableAt, dataAt, virtualSize }: VdiHeader): ClusterMap {
  return {
    clusterSize: blockSize,
    size: virtualSize,
    clustersPerPiece: entriesPerPiece,
    entrySize: 4,
    pieceAt: number => tableAt + number * entriesPerPiece * 4,
    readPiece: pieceReader(file),
    placeAt(piece, index) {
      const block = piece.readUInt32LE(index * 4);
      return block >= firstReserved ? noPlace.zero : dataAt + block * blockSize;
    },
    fault: () => new ImageFault('malformed', 'a block stands nowhere'),
  };
}

/** Examines the table; counts as QEMU's block/vdi.c. Throws ImageFault where it cannot be read. */
function checkVdi(file: ByteSource, { tableAt, dataAt, blocks, allocated, virtualSize }: VdiHeader): ImageCheck {
  const used = clusterSet(blocks);
  const damages = damageList();
  const zeroes = Buffer.alloc(entriesPerPiece * 4);
  let corruptions = 0;
  let found = 0;
  for (let from = 0; from < blocks; from += entriesPerPiece) {
    const count = Math.min(entriesPerPiece, blocks - from);
    const piece = bytesAt(file, tableAt + from * 4, count * 4, 'the table');
    // a table in the hole of a sparse file names the first block some hundred million times
    if (damages.isFull() && piece.equals(zeroes.subarray(0, piece.length))) {
      corruptions += used.add(0) ? count : count - 1;
      found += count;
      continue;
    }
    for (let index = 0; index < count; index += 1) {
      const block = piece.readUInt32LE(index * 4);
      if (block >= firstReserved) continue;
      const isOutside = block >= blocks;
      if (!isOutside) found += 1;
      if (!isOutside && !used.add(block)) continue;
      corruptions += 1;
      damages.addLater(() => {
        const start = (from + index) * blockSize;
        return {
          kind: isOutside ? 'out-of-range' : 'overlap',
          says: isOutside
            ? `block ${block} is not one of the ${blocks} of the image`
            : `the block at byte ${dataAt + block * blockSize} is used more than once`,
          at: tableAt + (from + index) * 4,
          guest: start < virtualSize ? [{ start, length: Math.min(blockSize, virtualSize - start) }] : [],
        };
      });
    }
  }
  if (found !== allocated) {
    corruptions += 1;
    damages.add({ kind: 'refcount', says: `${allocated} blocks are counted as used, and ${found} are`, at: 0x184 });
  }
  return { checkErrors: 0, leaks: 0, corruptions, damages: damages.told };
}
