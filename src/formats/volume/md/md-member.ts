import { Buffer } from 'node:buffer';
import { littleEndian64 } from '#formats/disk/read-bytes';
import { textAt, uuidAt } from '#formats/inside/fields';
import type { Look } from '#formats/inside/look';

/** What a superblock of Linux MD says of an array and of the member that it stands on. */
export interface MdMember {
  /** Byte of the superblock. */
  readonly at: number;
  readonly version: string;
  readonly uuid: string | undefined;
  readonly memberUuid: string | undefined;
  /** Name of the array, often with the host's before a colon. */
  readonly name: string | undefined;
  /** 0, 1, 4, 5, 6, 10; −1 linear, −4 multipath. */
  readonly level: number;
  readonly members: number;
  /** Place of this member in the array, from 0; undefined of a spare, a faulty one, and where it is not told. */
  readonly place: number | undefined;
  /** Bytes per chunk; 0 where there are none. */
  readonly chunkSize: number;
  /** Byte of the member at which the array's data begins, and the bytes of it that the array uses. */
  readonly dataOffset: number;
  readonly dataSize: number;
  /** Counts up with each change: members that have less are out of date. */
  readonly events: number;
  readonly faults: readonly string[];
}

// include/uapi/linux/raid/md_p.h
const magic = 0xa92b4efc;
const reserved = 65536;

/** Reads the superblock of a member of an array: version 0.90 or 1.0 at its end, 1.1 at its start, 1.2 four KiB after that. */
export function readMdMember(look: Look): MdMember | undefined {
  const end = look.size - (look.size % reserved) - reserved;
  const old = end > 0 ? readOld(look, end) : undefined;
  if (old !== undefined) return old;
  return (
    readNew(look, look.size - (look.size % 4096) - 8192, '1.0') ?? readNew(look, 0, '1.1') ?? readNew(look, 4096, '1.2')
  );
}

/** Version 0.90: words in the order of bytes of the machine that made it. */
function readOld(look: Look, at: number): MdMember | undefined {
  const block = look.at(at, 4096);
  if (block === undefined) return undefined;
  const isLittle = block.readUInt32LE(0) === magic;
  if (!isLittle && block.readUInt32BE(0) !== magic) return undefined;
  const word = (index: number): number => (isLittle ? block.readUInt32LE(index * 4) : block.readUInt32BE(index * 4));
  const [major, minor, patch] = [word(1), word(2), word(3)];
  const dataSize = word(8) * 1024;
  if (major !== 0 || dataSize > at) return undefined;
  const uuid = Buffer.alloc(16);
  [5, 13, 14, 15].forEach((index, part) => {
    if (part === 0 || minor >= 90) uuid.writeUInt32BE(word(index), part * 4);
  });
  const own = word(992 + 3);
  return {
    at,
    version: `${major}.${minor}.${patch}`,
    uuid: uuidAt(uuid, 0),
    memberUuid: undefined,
    name: undefined,
    level: word(7) | 0,
    members: word(10),
    place: own < word(10) ? own : undefined,
    chunkSize: word(65),
    dataOffset: 0,
    dataSize,
    events: isLittle ? word(39) + word(40) * 2 ** 32 : word(40) + word(39) * 2 ** 32,
    faults: word(38) === oldSum(block, isLittle) ? [] : ['the checksum of its superblock is wrong'],
  };
}

/** All words, that of the checksum for zero; what is carried over is added at the low end. */
function oldSum(block: Buffer, isLittle: boolean): number {
  let sum = 0;
  for (let at = 0; at < 4096; at += 4)
    if (at !== 38 * 4) sum += isLittle ? block.readUInt32LE(at) : block.readUInt32BE(at);
  return ((sum % 2 ** 32) + Math.floor(sum / 2 ** 32)) % 2 ** 32;
}

/** Version 1: always little end first. */
function readNew(look: Look, at: number, version: string): MdMember | undefined {
  const block = at < 0 ? undefined : look.at(at, 256);
  if (block === undefined || block.readUInt32LE(0) !== magic || block.readUInt32LE(4) !== 1) return undefined;
  if (littleEndian64(block, 144) !== at / 512) return undefined;
  const devices = block.readUInt32LE(220);
  const whole = devices <= 1920 ? look.at(at, 256 + devices * 2) : undefined;
  const number = block.readUInt32LE(160);
  const role = whole !== undefined && number < devices ? whole.readUInt16LE(256 + number * 2) : 0xffff;
  const isSealed = whole !== undefined && block.readUInt32LE(216) === newSum(whole);
  return {
    at,
    version,
    uuid: uuidAt(block, 16),
    memberUuid: uuidAt(block, 168),
    name: textAt(block, 32, 32),
    level: block.readInt32LE(72),
    members: block.readUInt32LE(92),
    place: role < 0xfffd ? role : undefined,
    chunkSize: block.readUInt32LE(88) * 512,
    dataOffset: littleEndian64(block, 128) * 512,
    dataSize: (littleEndian64(block, 80) || littleEndian64(block, 136)) * 512,
    events: littleEndian64(block, 200),
    faults: isSealed ? [] : ['the checksum of its superblock is wrong'],
  };
}

function newSum(block: Buffer): number {
  let sum = 0;
  for (let at = 0; at + 4 <= block.length; at += 4) if (at !== 216) sum += block.readUInt32LE(at);
  if (block.length % 4 === 2) sum += block.readUInt16LE(block.length - 2);
  return ((sum % 2 ** 32) + Math.floor(sum / 2 ** 32)) % 2 ** 32;
}
