import assert from 'node:assert/strict';
import { Buffer } from 'node:buffer';
import test from 'node:test';
import { crc32c } from '#formats/checksum/crc32c';

test('CRC-32C of the examples of RFC 3720', () => {
  assert.equal(crc32c(Buffer.alloc(32)), 0x8a9136aa);
  assert.equal(crc32c(Buffer.alloc(32, 0xff)), 0x62a8ab43);
  assert.equal(crc32c(Buffer.from('123456789')), 0xe3069283);
});

test('pieces are summed one after the other', () => {
  const bytes = Buffer.from('nearmetal reads images itself');
  assert.equal(crc32c(bytes.subarray(7), crc32c(bytes.subarray(0, 7))), crc32c(bytes));
});
