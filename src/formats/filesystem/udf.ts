import { Buffer } from 'node:buffer';
import type { ContentProbe } from '#formats/inside/content-probe';
import { product, standsAt } from '#formats/inside/fields';
import type { Look } from '#formats/inside/look';

// ECMA-167, parts 2 and 3; OSTA Universal Disk Format 2.60
const start = 32768;
const sizes = [512, 1024, 2048, 4096];
const tags = { primary: 1, anchor: 2, use: 4, logical: 6, end: 8, integrity: 9 };
const structures = ['BEA01', 'BOOT2', 'CD001', 'CDW02', 'NSR02', 'NSR03', 'TEA01'];
const mostStructures = 64;
const mostDescriptors = 256;
const descriptorSize = 512;

/** UDF. */
export const udf: ContentProbe = {
  type: 'udf',
  isTolerant: true,
  identify(look) {
    const blockSize = sizes.find(
      size => hasStructure(look, size) && tagOf(look.at(256 * size, 16), 256) === tags.anchor,
    );
    const anchor = blockSize === undefined ? undefined : look.at(256 * blockSize, descriptorSize);
    if (blockSize === undefined || anchor === undefined) return undefined;
    const descriptors = sequenceOf(look, anchor, blockSize);
    const primary = descriptors.get(tags.primary);
    const logical = descriptors.get(tags.logical);
    const integrity = logical === undefined ? undefined : integrityOf(look, logical, blockSize);
    const set = primary === undefined ? undefined : dstring(primary, 72, 128);
    const label = logical === undefined ? undefined : dstring(logical, 84, 128);
    const names = { volume: primary === undefined ? undefined : dstring(primary, 24, 32), 'volume set': set };
    const use = descriptors.get(tags.use);
    const programs = {
      application: primary === undefined ? undefined : (entity(primary, 344) ?? entity(primary, 388)),
      publisher: use === undefined ? undefined : dstring(use, 244, 36),
    };
    const known = Object.entries({ ...names, 'logical volume': label, ...programs }).flatMap(([name, text]) =>
      text === undefined ? [] : [[name, text] as const],
    );
    return {
      type: 'udf',
      usage: 'filesystem',
      at: start + 1,
      version: revisionOf(integrity?.revision ?? 0, logical?.readUInt16LE(240) ?? 0),
      label,
      uuid: set === undefined ? undefined : identifierOf(set),
      blockSize,
      clusterSize: blockSize,
      size: integrity === undefined ? undefined : product(integrity.blocks, blockSize),
      free: integrity === undefined ? undefined : product(integrity.free, blockSize),
      identifiers: Object.fromEntries(known),
      notes: integrity?.isOpen === true ? ['it was not unmounted'] : [],
      faults: logical === undefined ? ['its volume descriptors are damaged'] : [],
    };
  },
};

/** Whether the descriptors that stand before all others, each in a sector of 2 KiB or more, name UDF. */
function hasStructure(look: Look, blockSize: number): boolean {
  const length = Math.max(blockSize, 2048);
  for (let index = 0; index < mostStructures; index += 1) {
    const one = look.at(start + index * length, 7);
    if (standsAt(one, 1, 'NSR02') || standsAt(one, 1, 'NSR03')) return true;
    if (!structures.some(name => standsAt(one, 1, name))) return false;
  }
  return false;
}

/** Gives the kind of the descriptor that begins with these bytes, if it says itself that it stands there. */
function tagOf(bytes: Buffer | undefined, block: number): number | undefined {
  if (bytes === undefined || bytes.length < 16 || bytes.readUInt32LE(12) !== block) return undefined;
  let sum = 0;
  for (let at = 0; at < 16; at += 1) sum += at === 4 ? 0 : (bytes[at] ?? 0);
  return (sum & 0xff) === bytes[4] ? bytes.readUInt16LE(0) : undefined;
}

/** Gives the first of each kind in the sequence that the anchor names. */
function sequenceOf(look: Look, anchor: Buffer, blockSize: number): ReadonlyMap<number, Buffer> {
  const found = new Map<number, Buffer>();
  const [length, first] = [anchor.readUInt32LE(16), anchor.readUInt32LE(20)];
  for (let index = 0; index < Math.min(Math.floor(length / blockSize), mostDescriptors); index += 1) {
    const bytes = look.at((first + index) * blockSize, descriptorSize);
    const kind = tagOf(bytes, first + index);
    if (bytes === undefined || kind === undefined || kind === 0 || kind === tags.end) break;
    if (!found.has(kind)) found.set(kind, bytes);
  }
  return found;
}

interface Integrity {
  readonly revision: number;
  readonly blocks: number;
  readonly free: number;
  readonly isOpen: boolean;
}

/** Reads the descriptor that tells of free space and whether it is mounted. */
function integrityOf(look: Look, logical: Buffer, blockSize: number): Integrity | undefined {
  const [length, block] = [logical.readUInt32LE(432), logical.readUInt32LE(436)];
  const bytes = length < descriptorSize ? undefined : look.at(block * blockSize, descriptorSize);
  if (bytes === undefined || tagOf(bytes, block) !== tags.integrity) return undefined;
  const [partitions, useLength] = [bytes.readUInt32LE(72), bytes.readUInt32LE(76)];
  const use = 80 + partitions * 8;
  if (partitions > 16 || use + 46 > bytes.length) return undefined;
  let [free, blocks] = [0, 0];
  for (let index = 0; index < partitions; index += 1) {
    free += known(bytes.readUInt32LE(80 + index * 4));
    blocks += known(bytes.readUInt32LE(80 + (partitions + index) * 4));
  }
  return {
    revision: useLength >= 46 ? bytes.readUInt16LE(use + 40) : 0,
    blocks,
    free,
    isOpen: bytes.readUInt32LE(28) === 0,
  };
}

const known = (count: number): number => (count === 0xffff_ffff ? 0 : count);

/** Gives a text of one or two bytes a letter, as its first byte says; its last byte says how many are used. */
function dstring(bytes: Buffer, at: number, length: number): string | undefined {
  const used = Math.min(Math.max(bytes.readUInt8(at + length - 1) - 1, 0), length - 2);
  const field = Buffer.from(bytes.subarray(at + 1, at + 1 + used));
  const kind = bytes.readUInt8(at);
  if (kind !== 8 && kind !== 16) return undefined;
  const text =
    kind === 8
      ? field.toString('latin1')
      : field
          .subarray(0, used - (used % 2))
          .swap16()
          .toString('utf16le');
  const end = text.indexOf('\0');
  const shown = Buffer.from(end < 0 ? text : text.slice(0, end))
    .toString()
    .trimEnd();
  return shown === '' ? undefined : shown;
}

/** Gives the name of a program, which begins with an asterisk. */
function entity(bytes: Buffer, at: number): string | undefined {
  const text = bytes
    .toString('latin1', at + 1, at + 24)
    .split('\0')[0]
    ?.trimEnd()
    .replace(/^\*/, '');
  return text === undefined || text === '' ? undefined : text;
}

/** The least revision that a reader must know; 2.60 asks for no more than 2.50, and is 2.60 all the same. */
function revisionOf(leastForReading: number, own: number): string | undefined {
  const word = leastForReading === 0 || (leastForReading === 0x250 && own === 0x260) ? own : leastForReading;
  return word === 0 ? undefined : `${(word >> 8).toString(16)}.${(word & 0xff).toString(16).padStart(2, '0')}`;
}

/**
 * Makes sixteen digits of the name of a volume set, as blkid does: the first sixteen letters if they are hexadecimal digits; else eight of them and
 * four bytes; else eight bytes.
 */
function identifierOf(set: string): string | undefined {
  const bytes = Buffer.from(set).subarray(0, 16);
  if (bytes.length < 8) return undefined;
  const text = bytes.toString('latin1');
  if (/^[\da-f]{16}$/i.test(text)) return text.toLowerCase();
  const padded = Buffer.concat([bytes, Buffer.alloc(16)]);
  if (/^[\da-f]{8}/i.test(text)) return text.slice(0, 8).toLowerCase() + padded.toString('hex', 8, 12);
  return padded.toString('hex', 0, 8);
}
