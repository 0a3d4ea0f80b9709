import type { Buffer } from 'node:buffer';
import { ImageFault } from '#formats/disk/image-fault';
import { CpioReader } from '#formats/initrd/cpio-reader';

/** How an initrd can be packed. */
export type Packing = 'gzip' | 'bzip2' | 'xz' | 'lzma' | 'lzop' | 'lz4' | 'zstd';

/** Gives what is packed, in pieces, at most `most` bytes. Throws UnpackFault where it cannot. */
export type Unpack = (packing: Packing, packed: Iterable<Buffer>, most: number) => AsyncIterable<Buffer>;

/** Something that cannot be unpacked here. */
export class UnpackFault extends Error {
  override readonly name = 'UnpackFault';
}

/** What stands in an initrd. */
export interface InitrdContent {
  readonly names: ReadonlySet<string>;
  /** Text of the files that were wanted. */
  readonly texts: ReadonlyMap<string, string>;
  /** How its parts are packed, in order. */
  readonly packings: readonly (Packing | 'none')[];
}

/** The most bytes that are unpacked. */
const mostBytes = 2 * 1024 * 1024 * 1024;

/** What compressed streams begin with (linux: lib/decompress.c). */
const marks: readonly (readonly [Packing, string])[] = [
  ['gzip', '\x1f\x8b'],
  ['gzip', '\x1f\x9e'],
  ['bzip2', 'BZh'],
  ['xz', '\xfd7zXZ\0'],
  ['lzma', '\x5d\0\0'],
  ['lzop', '\x89LZO\0'],
  ['lz4', '\x02\x21\x4c\x18'],
  ['lz4', '\x04\x22\x4d\x18'],
  ['zstd', '\x28\xb5\x2f\xfd'],
];

/**
 * Reads an initrd: cpio archives one after the other, as they are or compressed (early microcode, then the rest). Takes what gives its bytes from
 * a place on. Throws ImageFault where it is damaged, UnpackFault where it is packed in a way that cannot be read.
 */
export async function readInitrd(
  from: (at: number) => Iterable<Buffer>,
  unpack: Unpack,
  isWanted: (name: string) => boolean,
): Promise<InitrdContent> {
  const reader = new CpioReader(isWanted);
  const packings: (Packing | 'none')[] = [];
  for (const piece of from(0)) {
    reader.push(piece);
    if (reader.foreignAt !== undefined) break;
  }
  if (reader.names.size > 0) packings.push('none');
  const at = reader.foreignAt;
  if (at !== undefined) {
    const packing = packingOf(from(at), at);
    packings.push(packing);
    const inner = new CpioReader(isWanted);
    for await (const piece of unpack(packing, from(at), mostBytes)) inner.push(piece);
    refuseBroken(inner);
    for (const name of inner.names) reader.names.add(name);
    for (const [name, text] of inner.texts) reader.texts.set(name, text);
  } else refuseBroken(reader);
  return { names: reader.names, texts: reader.texts, packings };
}

function packingOf(pieces: Iterable<Buffer>, at: number): Packing {
  let start = '';
  for (const piece of pieces) {
    start += piece.toString('latin1', 0, 8);
    if (start.length >= 8) break;
  }
  const found = marks.find(([, mark]) => start.startsWith(mark));
  if (found !== undefined) return found[0];
  throw new ImageFault('malformed', 'neither a cpio archive nor packed in a way that Linux knows', at);
}

function refuseBroken(reader: CpioReader): void {
  if (reader.isBroken) throw new ImageFault('cut-short', 'an archive of the initrd does not end');
  if (reader.names.size === 0) throw new ImageFault('malformed', 'the initrd is empty');
}
