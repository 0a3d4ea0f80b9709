import type { Buffer } from 'node:buffer';
import { ImageFault } from '#formats/disk/image-fault';
import { bytesAt } from '#formats/disk/read-bytes';
import { CachedBlocks } from '#formats/filesystem/cached-blocks';
import { inodeReader } from '#formats/filesystem/ext4/ext4-inode';
import { blockMapOf } from '#formats/filesystem/ext4/ext4-map';
import type { Ext4Superblock } from '#formats/filesystem/ext4/ext4-superblock';
import type { ByteSource } from '#units/byte-source';

/** What the journal says of a block: where its newest content stands. */
interface NewerBlock {
  /** Byte of the file system. */
  readonly at: number;
  /** Its first four bytes looked like the journal's own mark, and were set to zero. */
  readonly isEscaped: boolean;
}

/** The journal's mark of its own blocks, and their types (linux: Documentation/filesystems/ext4/journal.rst). */
const mark = 0xc03b_3998;
const blockTypes = { descriptor: 1, commit: 2, revoke: 5 } as const;
const features = { wide: 0x2, checksums2: 0x8, checksums3: 0x10, fastCommits: 0x20 } as const;
const tagFlags = { escaped: 1, sameUuid: 2, last: 8 } as const;

/** The most blocks of a journal that are looked through. */
const mostBlocks = 4 * 1024 * 1024;

/**
 * Takes a file system that was not unmounted; gives it as a mount would leave it: blocks whose newest content stands in finished transactions
 * of the journal are read from there. Nothing is written. Throws ImageFault where the journal is damaged.
 */
export function replayedJournal(
  source: ByteSource,
  superblock: Ext4Superblock,
): { readonly replayed: ByteSource; readonly remark: string } {
  if (superblock.journal === undefined)
    return {
      replayed: source,
      remark: 'it was not unmounted, and its journal is on another device: what is read may be out of date',
    };
  const journal = openJournal(source, superblock);
  const newer = newerBlocks(journal);
  const blocks = newer.size === 1 ? '1 block' : `${newer.size} blocks`;
  const untold = journal.hasFastCommits ? '; fast commits are not read: what is newest may be missing' : '';
  return {
    replayed: withNewer(source, superblock.blockSize, newer),
    remark: `it was not unmounted: ${blocks} are read from its journal, as a mount would put them in place${untold}`,
  };
}

interface Journal {
  readonly block: (number: number) => { readonly bytes: Buffer; readonly at: number };
  readonly first: number;
  readonly end: number;
  /** Block and number of its oldest transaction; block 0: none. */
  readonly start: number;
  readonly sequence: number;
  readonly tagSize: number;
  readonly isWide: boolean;
  readonly hasTail: boolean;
  readonly isThird: boolean;
  readonly hasFastCommits: boolean;
}

function openJournal(source: ByteSource, superblock: Ext4Superblock): Journal {
  const { blockSize } = superblock;
  const cached = new CachedBlocks(source, blockSize);
  const inode = inodeReader(superblock, cached)(superblock.journal ?? 0);
  const map = blockMapOf(inode, cached, superblock.blocks);
  const block = (number: number) => {
    const { at } = map(number);
    if (at === undefined) throw new ImageFault('malformed', `block ${number} of the journal is a hole`, inode.at);
    return { bytes: bytesAt(source, at, blockSize, 'a block of the journal'), at };
  };
  const { bytes, at } = block(0);
  const type = bytes.readUInt32BE(4);
  if (bytes.readUInt32BE(0) !== mark || (type !== 3 && type !== 4))
    throw new ImageFault('malformed', 'the journal has no superblock', at);
  const needed = type === 4 ? bytes.readUInt32BE(40) : 0;
  const isWide = (needed & features.wide) !== 0;
  const isThird = (needed & features.checksums3) !== 0;
  const hasFastCommits = (needed & features.fastCommits) !== 0;
  const set = hasFastCommits ? bytes.readUInt32BE(84) || 256 : 0;
  const end = Math.min(bytes.readUInt32BE(16), Math.floor(inode.stat.size / blockSize)) - set;
  const [first, start] = [bytes.readUInt32BE(20), bytes.readUInt32BE(28)];
  if (bytes.readUInt32BE(12) !== blockSize || first < 1 || first >= end || start >= end || end > mostBlocks)
    throw new ImageFault('malformed', 'the superblock of the journal cannot be', at);
  const tagSize = isThird ? 16 : isWide ? 12 : 8;
  const hasTail = isThird || (needed & features.checksums2) !== 0;
  return {
    block,
    first,
    end,
    start,
    sequence: bytes.readUInt32BE(24),
    tagSize,
    isWide,
    hasTail,
    isThird,
    hasFastCommits,
  };
}

/** Goes through the finished transactions, oldest first. */
function newerBlocks(journal: Journal): ReadonlyMap<number, NewerBlock> {
  const newer = new Map<number, NewerBlock>();
  if (journal.start === 0) return newer;
  const { first, end } = journal;
  const next = (block: number, by: number): number => (block + by < end ? block + by : block + by - end + first);
  let sequence = journal.sequence;
  let open: { written: [number, number, boolean][]; revoked: number[] } = { written: [], revoked: [] };
  const finished: { written: [number, number, boolean][]; revoked: number[] }[] = [];
  for (let block = journal.start, seen = 0; seen < end; ) {
    const { bytes } = journal.block(block);
    if (bytes.readUInt32BE(0) !== mark || bytes.readUInt32BE(8) !== sequence) break;
    const type = bytes.readUInt32BE(4);
    let length = 1;
    if (type === blockTypes.descriptor) {
      for (const [target, flags] of tagsOf(bytes, journal)) {
        open.written.push([target, next(block, length), (flags & tagFlags.escaped) !== 0]);
        length++;
        if (seen + length > end) break;
      }
    } else if (type === blockTypes.commit) {
      finished.push(open);
      open = { written: [], revoked: [] };
      sequence = (sequence + 1) >>> 0;
    } else if (type === blockTypes.revoke) open.revoked.push(...revokedIn(bytes, journal.isWide));
    else break;
    block = next(block, length);
    seen += length;
  }
  // who takes a block back takes back what this and all earlier transactions wrote to it
  const lastRevoked = new Map<number, number>();
  for (const [index, { revoked }] of finished.entries()) for (const block of revoked) lastRevoked.set(block, index);
  for (const [index, { written }] of finished.entries()) {
    for (const [target, place, isEscaped] of written) {
      if ((lastRevoked.get(target) ?? -1) < index) newer.set(target, { at: journal.block(place).at, isEscaped });
    }
  }
  return newer;
}

function* tagsOf(bytes: Buffer, { tagSize, isWide, hasTail, isThird }: Journal): Generator<[number, number]> {
  const end = bytes.length - (hasTail ? 4 : 0);
  for (let place = 12; place + tagSize <= end; ) {
    const flags = isThird ? bytes.readUInt32BE(place + 4) : bytes.readUInt16BE(place + 6);
    const high = isWide ? bytes.readUInt32BE(place + 8) : 0;
    yield [bytes.readUInt32BE(place) + high * 0x1_0000_0000, flags];
    if ((flags & tagFlags.last) !== 0) return;
    place += tagSize + ((flags & tagFlags.sameUuid) === 0 ? 16 : 0);
  }
}

function revokedIn(bytes: Buffer, isWide: boolean): number[] {
  const end = Math.min(bytes.readUInt32BE(12), bytes.length);
  const size = isWide ? 8 : 4;
  const found: number[] = [];
  for (let place = 16; place + size <= end; place += size)
    found.push(
      isWide ? bytes.readUInt32BE(place) * 0x1_0000_0000 + bytes.readUInt32BE(place + 4) : bytes.readUInt32BE(place),
    );
  return found;
}

/** A source in which some blocks have the content of others. */
function withNewer(source: ByteSource, blockSize: number, newer: ReadonlyMap<number, NewerBlock>): ByteSource {
  if (newer.size === 0) return source;
  return {
    size: source.size,
    readInto(target, at) {
      const count = source.readInto(target, at);
      for (let block = Math.floor(at / blockSize); block * blockSize < at + count; block++) {
        const content = newer.get(block);
        if (content === undefined) continue;
        const bytes = bytesAt(source, content.at, blockSize, 'a block of the journal');
        if (content.isEscaped) bytes.writeUInt32BE(mark, 0);
        const start = Math.max(at, block * blockSize);
        const end = Math.min(at + count, (block + 1) * blockSize);
        target.set(bytes.subarray(start - block * blockSize, end - block * blockSize), start - at);
      }
      return count;
    },
  };
}
