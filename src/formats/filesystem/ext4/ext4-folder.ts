import type { Buffer } from 'node:buffer';
import { ImageFault } from '#formats/disk/image-fault';
import type { FolderEntry } from '#formats/filesystem/browsed-file-system';

/**
 * Gives the names in a block of a folder (linux: Documentation/filesystems/ext4/directory.rst). The inner nodes of a hashed folder and the
 * checksum at the end look like free entries. `at`: byte of the file system at which the block stands.
 */
export function* namesInBlock(block: Buffer, at: number): Generator<FolderEntry> {
  for (let place = 0; place + 8 <= block.length; ) {
    const said = block.readUInt16LE(place + 4);
    // a length of 65,536 does not fit
    const length = (said === 0 || said === 65_535) && block.length === 65_536 ? 65_536 : said;
    const nameLength = block.readUInt8(place + 6);
    if (length < 8 || length % 4 !== 0 || place + length > block.length || 8 + nameLength > length)
      throw new ImageFault('malformed', `an entry of a folder is said to be ${length} bytes long`, at + place);
    const file = block.readUInt32LE(place);
    const name = block.toString('utf8', place + 8, place + 8 + nameLength);
    if (file !== 0 && name !== '' && name !== '.' && name !== '..') yield { name, file };
    place += length;
  }
}
