import { closeSync, ftruncateSync, openSync, readSync, writeSync } from 'node:fs';

/** A table of a file: where it stands, and how long it and its entries are. Bytes. */
interface Table {
  readonly at: number;
  readonly length: number;
  readonly entry: number;
}

const bytesOf = (descriptor: number, at: number, length: number): Buffer => {
  const bytes = Buffer.alloc(length);
  readSync(descriptor, bytes, 0, length, at);
  return bytes;
};

/** The tables of a sound image, by its format. */
const tablesOf: Readonly<Record<string, (descriptor: number) => readonly Table[]>> = {
  qed(descriptor) {
    const head = bytesOf(descriptor, 0, 64);
    const length = Math.min(head.readUInt32LE(4) * head.readUInt32LE(8), 2 ** 20);
    const first = { at: Number(head.readBigUInt64LE(40)), length, entry: 8 };
    const entries = bytesOf(descriptor, first.at, length);
    const tables = [first];
    for (let at = 0; at < length; at += 8) {
      const second = Number(entries.readBigUInt64LE(at));
      if (second > 0) tables.push({ at: second, length, entry: 8 }, { at: second, length, entry: 8 });
    }
    return tables;
  },
  vdi: descriptor => [
    { at: 512, length: Math.min(4096, bytesOf(descriptor, 0x180, 4).readUInt32LE() * 4), entry: 4 },
    { at: 0x180, length: 8, entry: 4 },
  ],
  parallels: descriptor => [
    { at: 64, length: Math.min(4096, bytesOf(descriptor, 32, 4).readUInt32LE() * 4), entry: 4 },
  ],
  vhdx: () => [2, 3].map(mebibyte => ({ at: mebibyte * 2 ** 20, length: 65_536, entry: 8 })),
  vmdk(descriptor) {
    const directory = Number(bytesOf(descriptor, 56, 8).readBigUInt64LE()) * 512;
    const tables = [...new Uint32Array(bytesOf(descriptor, directory, 16).buffer.slice(0, 16))];
    return tables.filter(sector => sector > 0).map(sector => ({ at: sector * 512, length: 2048, entry: 4 }));
  },
};

/** Damages a sound image: an entry of a table, or the end of the file. Gives what was done, in a few words. */
export function damage(path: string, format: string, random: () => number): string {
  const descriptor = openSync(path, 'r+');
  try {
    const tables = tablesOf[format]?.(descriptor) ?? [];
    const table = tables[Math.floor(random() * tables.length)];
    if (table === undefined || random() < 0.1) {
      const size = Math.floor(2 ** 16 + random() * 2 ** 22);
      ftruncateSync(descriptor, size);
      return `the file has ${size} bytes`;
    }
    const { at, length, entry } = table;
    const bytes = bytesOf(descriptor, at, length);
    const used: number[] = [];
    for (let index = 0; index < length / entry; index += 1)
      if (bytes.subarray(index * entry, (index + 1) * entry).some(byte => byte !== 0 && byte !== 0xff))
        used.push(index);
    const any = (list: readonly number[]) => list[Math.floor(random() * list.length)] ?? 0;
    const index = random() < 0.8 ? any(used) : Math.floor(random() * Math.min(length / entry, 40));
    const value = Buffer.from(bytes.subarray(index * entry, (index + 1) * entry));
    const how = random();
    const other = any(used) * entry;
    if (how < 0.35) bytes.copy(value, 0, other, other + entry);
    else if (how < 0.5) value.fill(0xff);
    else if (how < 0.7) value.fill(0).fill(how < 0.6 ? 1 : 0, 0, 1);
    else value[Math.floor(random() * entry)] = Math.floor(random() * 256);
    writeSync(descriptor, value, 0, entry, at + index * entry);
    return `${value.toString('hex')} at byte ${at + index * entry}`;
  } finally {
    closeSync(descriptor);
  }
}
