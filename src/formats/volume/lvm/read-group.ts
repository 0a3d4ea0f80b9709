import { Buffer } from 'node:buffer';
import { littleEndian64 } from '#formats/disk/read-bytes';
import { standsAt } from '#formats/inside/fields';
import type { Look } from '#formats/inside/look';
import { MetadataFault } from '#formats/volume/lvm/metadata-text';
import { parseGroup } from '#formats/volume/lvm/parse-group';
import { lvmChecksum, type PvLabel, type Stretch } from '#formats/volume/lvm/pv-label';
import type { VolumeGroup } from '#formats/volume/lvm/volume-group';

// lib/format_text/layout.h of LVM2, struct mda_header
const headerSize = 512;
const mark = ' LVM2 x[5A%r0N*>';
const mostText = 16 * 2 ** 20;
const piece = 2 ** 20;
const ignored = 1;

/** What a physical volume tells of its group: the newest description that is sound. */
export interface GroupRead {
  /** Undefined: it belongs to none, or nothing sound was found. */
  readonly group: VolumeGroup | undefined;
  readonly faults: readonly string[];
}

/** Reads the description of the group from the metadata areas of a physical volume. */
export function readGroup(look: Look, label: PvLabel): GroupRead {
  const faults: string[] = [];
  let group: VolumeGroup | undefined;
  for (const area of label.metadata) {
    const read = readArea(look, area);
    if (typeof read === 'string') faults.push(read);
    else if (read !== undefined && (group === undefined || read.sequence > group.sequence)) group = read;
  }
  return { group, faults };
}

/** Gives the group that an area describes, undefined where it is empty, or a sentence that says what is wrong. */
function readArea(look: Look, area: Stretch): VolumeGroup | undefined | string {
  const header = look.at(area.start, headerSize);
  const place = `the metadata area at byte ${area.start}`;
  if (header === undefined) return `${place} is outside of the device`;
  if (!standsAt(header, 4, mark) || header.readUInt32LE(20) !== 1) return `${place} has no header`;
  if (header.readUInt32LE(0) !== lvmChecksum(header.subarray(4))) return `the header of ${place} has a wrong checksum`;
  const start = littleEndian64(header, 24);
  const size = littleEndian64(header, 32);
  if (start !== area.start || size <= headerSize || !Number.isSafeInteger(start + size))
    return `the header of ${place} says that it is elsewhere`;
  const [offset, length] = [littleEndian64(header, 40), littleEndian64(header, 48)];
  const isIgnored = (header.readUInt32LE(60) & ignored) !== 0;
  if (offset === 0 || length === 0 || isIgnored) return undefined;
  if (offset < headerSize || offset >= size || length > size - headerSize || length > mostText)
    return `${place} has its description outside of it`;
  const text = readRing(look, start, size, offset, length);
  if (text === undefined) return `${place} ends before its description`;
  if (header.readUInt32LE(56) !== lvmChecksum(text)) return `the description in ${place} has a wrong checksum`;
  try {
    return parseGroup(text.toString('utf8').replace(/\0+$/, ''));
  } catch (error) {
    if (error instanceof MetadataFault) return `the description in ${place} cannot be read: ${error.message}`;
    throw error;
  }
}

/** Reads a description: one that reaches the end of its area goes on after the header. */
function readRing(look: Look, start: number, size: number, offset: number, length: number): Buffer | undefined {
  const first = Math.min(length, size - offset);
  const pieces: Buffer[] = [];
  for (const [from, count] of [
    [start + offset, first],
    [start + headerSize, length - first],
  ] as const)
    for (let done = 0; done < count; done += piece) {
      const bytes = look.at(from + done, Math.min(piece, count - done));
      if (bytes === undefined) return undefined;
      pieces.push(bytes);
    }
  return Buffer.concat(pieces);
}
