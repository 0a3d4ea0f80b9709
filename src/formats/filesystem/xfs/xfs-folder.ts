import type { Buffer } from 'node:buffer';
import { ImageFault } from '#formats/disk/image-fault';
import { bigEndian64 } from '#formats/disk/read-bytes';
import type { FolderEntry } from '#formats/filesystem/browsed-file-system';

/** Gives the names of a folder that stands in its inode (xfs-documentation: Shortform Directories). */
export function* namesInInode(fork: Buffer, hasKinds: boolean, at: number): Generator<FolderEntry> {
  const count = fork.readUInt8(0);
  const isWide = fork.readUInt8(1) > 0;
  const numberSize = isWide ? 8 : 4;
  let place = 2 + numberSize;
  for (let index = 0; index < count; index++) {
    const nameLength = place < fork.length ? fork.readUInt8(place) : 0;
    const number = place + 3 + nameLength + (hasKinds ? 1 : 0);
    if (nameLength === 0 || number + numberSize > fork.length)
      throw new ImageFault('malformed', 'an entry of a folder ends behind its inode', at);
    const name = fork.toString('utf8', place + 3, place + 3 + nameLength);
    yield { name, file: isWide ? bigEndian64(fork, number) : fork.readUInt32BE(number) };
    place = number + numberSize;
  }
}

/** Heads of blocks that hold names: alone in their folder, with a table at their end; or one of several. */
const heads: Readonly<Record<string, { readonly length: number; readonly isAlone: boolean }>> = {
  XD2B: { length: 16, isAlone: true },
  XDB3: { length: 64, isAlone: true },
  XD2D: { length: 16, isAlone: false },
  XDD3: { length: 64, isAlone: false },
};

/** Gives the names in a block of a folder (xfs-documentation: Block and Leaf Directories, data blocks). */
export function* namesInBlock(block: Buffer, hasKinds: boolean, at: number): Generator<FolderEntry> {
  const head = heads[block.toString('latin1', 0, 4)];
  if (head === undefined) throw new ImageFault('malformed', 'there is no block of a folder', at);
  let end = block.length;
  if (head.isAlone) end -= 8 + block.readUInt32BE(block.length - 8) * 8;
  for (let place = head.length; place + 8 <= end; ) {
    if (block.readUInt16BE(place) === 0xffff) {
      const length = block.readUInt16BE(place + 2);
      if (length < 8 || length % 8 !== 0 || place + length > end)
        throw new ImageFault('malformed', `a free entry of a folder is said to be ${length} bytes long`, at + place);
      place += length;
      continue;
    }
    const nameLength = place + 9 <= end ? block.readUInt8(place + 8) : 0;
    const length = (8 + 1 + nameLength + (hasKinds ? 1 : 0) + 2 + 7) & ~7;
    if (nameLength === 0 || place + length > end)
      throw new ImageFault('malformed', 'an entry of a folder ends behind its block', at + place);
    const name = block.toString('utf8', place + 9, place + 9 + nameLength);
    if (name !== '.' && name !== '..') yield { name, file: bigEndian64(block, place) };
    place += length;
  }
}
