import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { procedures } from '#formats/libvirt-rpc/procedures';
import { XdrError } from '#formats/libvirt-rpc/xdr-error';
import { XdrReader } from '#formats/libvirt-rpc/xdr-reader';

const table = Object.entries(procedures);

test('each call is found under libvirt’s name for it, and no number stands twice', () => {
  for (const [key, { name }] of table)
    assert.equal(
      key,
      name.replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase()),
    );
  const numbers = table.map(([, { program, number }]) => `${program}/${number}`);
  assert.equal(new Set(numbers).size, numbers.length);
});

test('no answer, however hostile, does more than an XdrError', () => {
  fc.assert(
    fc.property(fc.constantFrom(...table), fc.uint8Array({ maxLength: 300 }), ([, { result }], noise) => {
      try {
        result.read(new XdrReader(noise));
      } catch (error) {
        assert.ok(error instanceof XdrError, String(error));
      }
    }),
    { numRuns: 2000 },
  );
});
