import type { Buffer } from 'node:buffer';
import { crc32 } from 'node:zlib';
import { littleEndian64 } from '#formats/disk/read-bytes';
import type { ContentProbe } from '#formats/inside/content-probe';
import { product, standsAt } from '#formats/inside/fields';
import type { Look } from '#formats/inside/look';

/** What the label of an LVM2 physical volume says. */
export interface PvLabel {
  /** Byte at which the label stands: in one of the first four sectors. */
  readonly at: number;
  /** With hyphens, as LVM prints it. */
  readonly uuid: string;
  /** Bytes of the device when it was made. */
  readonly size: number;
  /** Stretches for extents; a length of 0: to the end. */
  readonly data: readonly Stretch[];
  /** Stretches that hold metadata. */
  readonly metadata: readonly Stretch[];
  readonly isSealed: boolean;
}

/** Bytes of a device. */
export interface Stretch {
  readonly start: number;
  readonly length: number;
}

// lib/format_text/layout.h and lib/label/label.h of LVM2
const sector = 512;
const firstValue = 0xf597a6cf;
const mostStretches = 16;

/** LVM's checksum: CRC-32 that begins with a number of its own and inverts nothing. */
export const lvmChecksum = (bytes: Buffer): number => ~crc32(bytes, ~firstValue >>> 0) >>> 0;

/** Gives an LVM UUID, 32 letters, in its groups. */
export const lvmUuid = (letters: string): string =>
  letters.replace(/^(.{6})(.{4})(.{4})(.{4})(.{4})(.{4})(.{6})$/, '$1-$2-$3-$4-$5-$6-$7');

/** Reads the label of a physical volume. */
export function readPvLabel(look: Look): PvLabel | undefined {
  for (let index = 0; index < 4; index += 1) {
    const at = index * sector;
    const bytes = look.at(at, sector);
    if (bytes === undefined || !standsAt(bytes, 0, 'LABELONE') || !standsAt(bytes, 24, 'LVM2 001')) continue;
    const header = bytes.readUInt32LE(20);
    const letters = bytes.toString('latin1', header, header + 32);
    if (littleEndian64(bytes, 8) !== index || header < 32 || header > sector - 40) continue;
    if (!/^[\w#!-]{32}$/.test(letters)) continue;
    const data = stretchesAt(bytes, header + 40);
    const metadata = stretchesAt(bytes, header + 40 + (data.length + 1) * 16);
    return {
      at,
      uuid: lvmUuid(letters),
      size: littleEndian64(bytes, header + 32),
      data,
      metadata,
      isSealed: bytes.readUInt32LE(16) === lvmChecksum(bytes.subarray(20)),
    };
  }
  return undefined;
}

/** Reads a list of stretches that ends with one of zeroes. */
function stretchesAt(bytes: Buffer, at: number): readonly Stretch[] {
  const found: Stretch[] = [];
  for (let place = at; place + 16 <= bytes.length && found.length < mostStretches; place += 16) {
    const stretch = { start: littleEndian64(bytes, place), length: littleEndian64(bytes, place + 8) };
    if (stretch.start === 0) break;
    found.push(stretch);
  }
  return found;
}

/** A physical volume of LVM2. */
export const lvm2: ContentProbe = {
  type: 'LVM2_member',
  identify(look) {
    const label = readPvLabel(look);
    if (label === undefined) return undefined;
    return {
      type: 'LVM2_member',
      usage: 'raid',
      at: label.at,
      version: 'LVM2 001',
      uuid: label.uuid,
      size: product(label.size, 1),
      faults: label.isSealed ? [] : ['the checksum of its label is wrong'],
    };
  },
};
