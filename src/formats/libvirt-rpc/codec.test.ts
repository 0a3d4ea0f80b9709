import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import {
  bytes,
  type Codec,
  chars,
  double,
  fixedChars,
  int32,
  int64,
  list,
  nothing,
  optional,
  struct,
  text,
  uint32,
  uint64,
  yesNo,
} from '#formats/libvirt-rpc/codec';
import { XdrError } from '#formats/libvirt-rpc/xdr-error';
import { XdrReader } from '#formats/libvirt-rpc/xdr-reader';
import { XdrWriter } from '#formats/libvirt-rpc/xdr-writer';

/** Objects as the program has them, with a prototype. */
const plain = { noNullPrototype: true } as const;

const written = <T>(codec: Codec<T>, value: T): Buffer => {
  const to = new XdrWriter(1_000_000);
  codec.write(to, value);
  return to.finish();
};

const reread = <T>(codec: Codec<T>, value: T): T => {
  const from = new XdrReader(written(codec, value));
  const read = codec.read(from);
  from.end();
  return read;
};

const everything = struct({
  int32,
  uint32,
  int64,
  uint64,
  double,
  yesNo,
  text,
  bytes,
  chars,
  fixed: fixedChars(8),
  maybe: optional(text),
  nested: list(struct({ name: text, values: list(uint64) })),
});

const anything = fc.record(
  {
    int32: fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }),
    uint32: fc.integer({ min: 0, max: 2 ** 32 - 1 }),
    int64: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
    uint64: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
    double: fc.double({ noNaN: true }),
    yesNo: fc.boolean(),
    text: fc.string({ unit: 'grapheme', maxLength: 400 }),
    bytes: fc.uint8Array({ maxLength: 400 }),
    chars: fc.string({ maxLength: 20 }).filter(value => !value.includes('\0')),
    fixed: fc.stringMatching(/^[a-z0-9]{0,7}$/),
    maybe: fc.option(fc.string(), { nil: undefined }),
    nested: fc.array(
      fc.record(
        { name: fc.string(), values: fc.array(fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }), { maxLength: 5 }) },
        plain,
      ),
      { maxLength: 5 },
    ),
  },
  plain,
);

test('what is written is read back', () => {
  fc.assert(fc.property(anything, value => assert.deepEqual(reread(everything, value), value)));
});

test('everything takes a multiple of four bytes, and padding is zero', () => {
  assert.deepEqual([...written(text, 'abcde')], [0, 0, 0, 5, 97, 98, 99, 100, 101, 0, 0, 0]);
  assert.deepEqual([...written(list(yesNo), [true, false])], [0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 0]);
  assert.deepEqual([...written(uint64, 258n)], [0, 0, 0, 0, 0, 0, 1, 2]);
  assert.equal(written(nothing, undefined).length, 0);
  fc.assert(fc.property(anything, value => assert.equal(written(everything, value).length % 4, 0)));
});

test('a value cut short anywhere is an error that says where', () => {
  fc.assert(
    fc.property(anything, fc.nat(), (value, cut) => {
      const whole = written(everything, value);
      const part = whole.subarray(0, cut % whole.length);
      assert.throws(
        () => everything.read(new XdrReader(part)),
        error => error instanceof XdrError && error.code === 'truncated' && error.offset <= part.length,
      );
    }),
  );
});

test('bytes of any kind are read as a value or refused with an XdrError, whatever they claim', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), noise => {
      try {
        everything.read(new XdrReader(noise));
      } catch (error) {
        assert.ok(error instanceof XdrError, String(error));
      }
    }),
  );
});

test('a list that claims more than the message can hold is refused before it is read', () => {
  const claims = (count: number): XdrReader => new XdrReader(Buffer.concat([written(uint32, count), Buffer.alloc(64)]));
  assert.throws(() => list(uint32).read(claims(17)), { code: 'truncated', offset: 0 });
  assert.throws(() => list(uint32).read(claims(0xffff_ffff)), { code: 'too-long', offset: 0 });
  assert.equal(list(uint32).read(claims(16)).length, 16);
});

test('what libvirt could not read is not written', () => {
  const refused = (write: () => unknown): void => assert.throws(write, XdrError);
  refused(() => written(int32, 2 ** 31));
  refused(() => written(int32, 1.5));
  refused(() => written(uint32, -1));
  refused(() => written(uint64, 2n ** 64n));
  refused(() => written(uint64, -1n));
  refused(() => written(int64, 2n ** 63n));
  refused(() => written(text, 'x'.repeat(4_194_305)));
  refused(() => written(fixedChars(8), '12345678'));
  assert.throws(
    () =>
      written(
        list(text),
        Array.from({ length: 20 }, () => 'x'.repeat(100_000)),
      ),
    { code: 'too-long' },
  );
});

test('a flag before an optional value is 0 or 1, a text is UTF-8', () => {
  assert.throws(() => optional(text).read(new XdrReader(written(uint32, 2))), { code: 'bad-value', offset: 0 });
  assert.throws(() => text.read(new XdrReader(written(bytes, Uint8Array.of(0xff, 0xfe)))), { code: 'bad-text' });
  // what stands for bytes that are no UTF-8 may also stand in a text
  assert.equal(text.read(new XdrReader(written(text, 'a\ufffdb'))), 'a\ufffdb');
  assert.throws(() => text.read(new XdrReader(written(uint32, 0xffff_ffff))), { code: 'too-long' });
});

test('characters of a C string are four bytes each and end at the first zero', () => {
  assert.equal(written(fixedChars(32), 'x86_64').length, 128);
  assert.equal(chars.read(new XdrReader(written(list(int32), [110, 111, 0, 33]))), 'no');
});
