/**
 * How the kinds of values in libvirt's messages are read and written: the XDR types (RFC 4506) and the ways that libvirt's remote protocol
 * combines them. A codec is made once, from smaller ones, and holds no state.
 */
import { XdrError } from '#formats/libvirt-rpc/xdr-error';
import type { XdrReader } from '#formats/libvirt-rpc/xdr-reader';
import type { XdrWriter } from '#formats/libvirt-rpc/xdr-writer';

/** Reads and writes one kind of value. Both throw XdrError. */
export interface Codec<T> {
  /** The fewest bytes that a value takes; bounds how many a list can hold. */
  readonly least: number;
  read(from: XdrReader): T;
  write(to: XdrWriter, value: T): void;
}

/** The type of value that a codec reads. */
export type ValueOf<C> = C extends Codec<infer T> ? T : never;

/** Longest text that libvirt takes or gives: 4 MiB. */
export const textMost = 4_194_304;

/** Most elements of a list; libvirt's own bounds are lower, differ by release and are checked by the daemon. */
const listMost = 1_048_576;

/** No arguments, or an answer that says only that it was done. */
export const nothing: Codec<undefined> = { least: 0, read: () => undefined, write: () => undefined };

/** A signed 32-bit number. */
export const int32: Codec<number> = { least: 4, read: from => from.int32(), write: (to, value) => to.int32(value) };
/** An unsigned 32-bit number. */
export const uint32: Codec<number> = { least: 4, read: from => from.uint32(), write: (to, value) => to.uint32(value) };

/** A signed 64-bit number. These are bigints throughout: CPU time in nanoseconds passes 2⁵³ after 104 days. */
export const int64: Codec<bigint> = { least: 8, read: from => from.int64(), write: (to, value) => to.int64(value) };
/** An unsigned 64-bit number. */
export const uint64: Codec<bigint> = { least: 8, read: from => from.uint64(), write: (to, value) => to.uint64(value) };
/** A 64-bit floating-point number. */
export const double: Codec<number> = { least: 8, read: from => from.double(), write: (to, value) => to.double(value) };

/** libvirt's yes and no: an int, where all but 0 is yes. */
export const yesNo: Codec<boolean> = {
  least: 4,
  read: from => from.int32() !== 0,
  write: (to, value) => to.int32(value ? 1 : 0),
};

/** A text in UTF-8. */
export const text: Codec<string> = {
  least: 4,
  read: from => from.text(textMost),
  write: (to, value) => to.text(value, textMost),
};

/** A text that may not be UTF-8 (file names, messages in the daemon's locale); bytes that are not become U+FFFD. */
export const looseText: Codec<string> = { ...text, read: from => from.looseText(textMost) };

/** Bytes with their length; what is read is a copy, so it does not hold on to the whole message. */
export const bytes: Codec<Uint8Array> = {
  least: 4,
  read: from => Uint8Array.from(from.bytes(textMost)),
  write: (to, value) => to.bytes(value, textMost),
};

/** A C string in an array of `char`, each of which XDR widens to four bytes: of fixed size, ended by the first 0. */
export function fixedChars(size: number): Codec<string> {
  return {
    least: size * 4,
    read: from => charsToText(Array.from({ length: size }, () => from.int32())),
    write: (to, value) => {
      const encoded = Buffer.from(value);
      if (encoded.length >= size)
        throw new XdrError('too-long', 0, `a text of ${encoded.length} bytes, where at most ${size - 1} are allowed,`);
      for (let at = 0; at < size; at++) to.int32(encoded[at] ?? 0);
    },
  };
}

/** The same with its length before it. */
export const chars: Codec<string> = {
  least: 4,
  read: from => charsToText(Array.from({ length: from.count(listMost, 4) }, () => from.int32())),
  write: (to, value) => {
    const encoded = Buffer.from(value);
    to.uint32(encoded.length);
    for (const byte of encoded) to.int32(byte);
  },
};

function charsToText(codes: readonly number[]): string {
  const end = codes.indexOf(0);
  return Buffer.from(end < 0 ? codes : codes.slice(0, end)).toString('utf8');
}

/** A value that may be missing. */
export function optional<T>(codec: Codec<T>): Codec<T | undefined> {
  return {
    least: 4,
    read: from => (from.present() ? codec.read(from) : undefined),
    write: (to, value) => {
      to.uint32(value === undefined ? 0 : 1);
      if (value !== undefined) codec.write(to, value);
    },
  };
}

/** Values of one kind, with their count before them. */
export function list<T>(codec: Codec<T>): Codec<readonly T[]> {
  return {
    least: 4,
    read: from => {
      const count = from.count(listMost, codec.least);
      const values: T[] = [];
      for (let at = 0; at < count; at++) values.push(codec.read(from));
      return values;
    },
    write: (to, values) => {
      to.uint32(values.length);
      for (const value of values) codec.write(to, value);
    },
  };
}

/** Values of different kinds, one after the other, in the order in which the fields are written down. */
export function struct<Fields extends Readonly<Record<string, Codec<unknown>>>>(
  fields: Fields,
): Codec<{ readonly [Name in keyof Fields]: ValueOf<Fields[Name]> }> {
  const entries = Object.entries(fields);
  return {
    least: entries.reduce((sum, [, codec]) => sum + codec.least, 0),
    read: from => {
      const values: Record<string, unknown> = {};
      for (const [name, codec] of entries) values[name] = codec.read(from);
      // the one place where a shape is built at run time from its description
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion
      return values as { [Name in keyof Fields]: ValueOf<Fields[Name]> };
    },
    write: (to, values) => {
      for (const [name, codec] of entries) codec.write(to, values[name]);
    },
  };
}

/** Another view of a kind of value: `read` after reading, `write` before writing. */
export function mapped<Wire, T>(
  codec: Codec<Wire>,
  view: { readonly read: (wire: Wire) => T; readonly write: (value: T) => Wire },
): Codec<T> {
  return {
    least: codec.least,
    read: from => view.read(codec.read(from)),
    write: (to, value) => codec.write(to, view.write(value)),
  };
}
