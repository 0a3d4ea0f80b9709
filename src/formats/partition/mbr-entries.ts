import type { Buffer } from 'node:buffer';

/** An entry of an MBR or of a link of the chain of logical partitions. */
export interface MbrEntry {
  /** 0x80: boot from it. */
  readonly flag: number;
  readonly type: number;
  /** Sectors: where it begins, counted from where the table's kind wants, and how many. */
  readonly start: number;
  readonly count: number;
}

/** Gives the four entries of a sector; undefined where it does not end in 55 AA. */
export function mbrEntries(sector: Buffer): readonly MbrEntry[] | undefined {
  if (sector.length < 512 || sector.readUInt16LE(510) !== 0xaa55) return undefined;
  return [446, 462, 478, 494].map(at => ({
    flag: sector.readUInt8(at),
    type: sector.readUInt8(at + 4),
    start: sector.readUInt32LE(at + 8),
    count: sector.readUInt32LE(at + 12),
  }));
}

/** Whether a type is one that holds logical partitions. */
export const isExtended = (type: number): boolean => type === 0x05 || type === 0x0f || type === 0x85;
