import { Buffer } from 'node:buffer';

/** What a small FAT12 holds: sectors and clusters of 512 bytes, one table of one sector, a root of 16 entries, 60 clusters. */
interface FatShape {
  /** Entries of the root, of 32 bytes each. */
  readonly root: readonly Buffer[];
  /** What follows after each cluster; 0xfff ends a file. */
  readonly next: Readonly<Record<number, number>>;
  readonly clusters: Readonly<Record<number, Buffer>>;
}

const [sector, tableAt, rootAt, dataAt, count] = [512, 512, 1024, 1536, 60];

/** Makes a FAT12 byte by byte. */
export function madeFat({ root, next, clusters }: FatShape): Buffer {
  const bytes = Buffer.alloc(dataAt + count * sector);
  bytes.set([0xeb, 0x3c, 0x90], 0);
  bytes.write('MSDOS5.0', 3, 'latin1');
  bytes.writeUInt16LE(sector, 11);
  bytes.set([1, 1, 0, 1, 16, 0], 13);
  bytes.writeUInt16LE(3 + count, 19);
  bytes.set([0xf8, 1, 0], 21);
  bytes.set([0x80, 0, 0x29, 0x78, 0x56, 0x34, 0x12], 36);
  bytes.write('SAMPLE     FAT12   ', 43, 'latin1');
  bytes.set([0x55, 0xaa], 510);
  bytes.set([0xf8, 0xff, 0xff], tableAt);
  for (const [cluster, value] of Object.entries(next)) {
    const at = tableAt + Math.floor(Number(cluster) * 1.5);
    const word = bytes.readUInt16LE(at);
    bytes.writeUInt16LE(Number(cluster) % 2 === 0 ? (word & 0xf000) | value : (word & 0xf) | (value << 4), at);
  }
  bytes.set(Buffer.concat(root), rootAt);
  for (const [cluster, content] of Object.entries(clusters))
    bytes.set(content, dataAt + (Number(cluster) - 2) * sector);
  return bytes;
}

/** An entry of a folder: eleven letters, attributes, first cluster, size. */
export function fatEntry(name: string, attributes: number, cluster: number, size: number, flags = 0): Buffer {
  const entry = Buffer.alloc(32);
  entry.write(name.padEnd(11), 0, 'latin1');
  entry.set([attributes, flags], 11);
  entry.writeUInt16LE(0x5d6f, 24);
  entry.writeUInt16LE(cluster, 26);
  entry.writeUInt32LE(size, 28);
  return entry;
}

/** The entries of a long name, in their order before the short one, which they know by its sum. */
export function longEntries(name: string, short: string): readonly Buffer[] {
  let sum = 0;
  for (const byte of Buffer.from(short.padEnd(11), 'latin1')) sum = (((sum & 1) << 7) + (sum >> 1) + byte) & 0xff;
  const units = Buffer.from(`${name}\0`, 'utf16le');
  const pieces = Math.ceil(name.length / 13);
  return Array.from({ length: pieces }, (_, index) => {
    const order = pieces - index;
    const entry = Buffer.alloc(32, 0xff);
    entry.set([order | (index === 0 ? 0x40 : 0)], 0);
    entry.set([0x0f, 0, sum], 11);
    entry.set([0, 0], 26);
    for (const [place, at] of [1, 3, 5, 7, 9, 14, 16, 18, 20, 22, 24, 28, 30].entries()) {
      const from = ((order - 1) * 13 + place) * 2;
      if (from + 2 <= units.length) entry.set(units.subarray(from, from + 2), at);
    }
    return entry;
  });
}

/** One with a long name, a folder in a folder, a file in pieces and one that was removed. */
export const sampleFat = (): Buffer =>
  madeFat({
    root: [
      fatEntry('SAMPLE', 0x08, 0, 0),
      ...longEntries('a name of several pieces.conf', 'ANAME~1 CON'),
      fatEntry('ANAME~1 CON', 0x20, 2, 1200),
      fatEntry('\xe5ONE    TXT', 0x20, 9, 3),
      fatEntry('EFI', 0x10, 5, 0),
      fatEntry('\x05BC', 0x01, 0, 0),
      fatEntry('SMALL   TXT', 0x20, 8, 5, 0x18),
    ],
    next: { 2: 7, 7: 3, 3: 0xfff, 5: 0xfff, 6: 0xfff, 8: 0xfff },
    clusters: {
      2: Buffer.alloc(512, 'first'),
      7: Buffer.alloc(512, 'second'),
      3: Buffer.alloc(512, 'third'),
      5: Buffer.concat([fatEntry('.', 0x10, 5, 0), fatEntry('..', 0x10, 0, 0), fatEntry('BOOT', 0x10, 6, 0)]),
      6: Buffer.concat([fatEntry('.', 0x10, 6, 0), fatEntry('..', 0x10, 5, 0), fatEntry('BOOTX64 EFI', 0x20, 8, 5)]),
      8: Buffer.from('hello'),
    },
  });
