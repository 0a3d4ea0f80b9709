import { Buffer } from 'node:buffer';
import { standsAt } from '#formats/inside/fields';
import type { Look } from '#formats/inside/look';

/** An attribute of a file: its bytes, or where they stand. */
export interface Attribute {
  /** Its bytes, of one that stands in the record. */
  readonly resident: Buffer | undefined;
  /** Where the bytes of any other stand: runs of clusters, packed. */
  readonly runs: Buffer | undefined;
  /** Bytes of any other. */
  readonly length: number;
}

const endOfAttributes = 0xffffffff;
const sector = 512;

/** Reads a file record; gives its attributes by type, without a name. Undefined where none stands there or it is torn. */
export function readRecord(
  look: Look,
  at: number,
  size: number,
): ((type: number) => Attribute | undefined) | undefined {
  const record = look.at(at, size);
  if (record === undefined || !standsAt(record, 0, 'FILE')) return undefined;
  const bytes = withoutFixups(record);
  return bytes === undefined ? undefined : type => findAttribute(bytes, type);
}

/** The last two bytes of each sector stand elsewhere, in their place a number that tells whether all sectors were written together. */
function withoutFixups(record: Buffer): Buffer | undefined {
  const [at, count] = [record.readUInt16LE(4), record.readUInt16LE(6)];
  if (count === 0 || (count - 1) * sector > record.length || at + count * 2 > record.length) return undefined;
  const bytes = Buffer.from(record);
  for (let index = 1; index < count; index += 1) {
    const place = index * sector - 2;
    if (record.readUInt16LE(place) !== record.readUInt16LE(at)) return undefined;
    bytes.writeUInt16LE(record.readUInt16LE(at + index * 2), place);
  }
  return bytes;
}

function findAttribute(record: Buffer, type: number): Attribute | undefined {
  let at = record.readUInt16LE(20);
  while (at >= 24 && at + 24 <= record.length && record.readUInt32LE(at) !== endOfAttributes) {
    const length = record.readUInt32LE(at + 4);
    if (length < 24 || at + length > record.length) return undefined;
    if (record.readUInt32LE(at) === type && record.readUInt8(at + 9) === 0)
      return attributeOf(record.subarray(at, at + length));
    at += length;
  }
  return undefined;
}

function attributeOf(attribute: Buffer): Attribute | undefined {
  if (attribute.readUInt8(8) === 0) {
    const [length, at] = [attribute.readUInt32LE(16), attribute.readUInt16LE(20)];
    return at + length > attribute.length
      ? undefined
      : { resident: attribute.subarray(at, at + length), runs: undefined, length };
  }
  if (attribute.length < 64) return undefined;
  const length = attribute.readUInt32LE(48) + attribute.readUInt32LE(52) * 2 ** 32;
  return { resident: undefined, runs: attribute.subarray(attribute.readUInt16LE(32)), length };
}
