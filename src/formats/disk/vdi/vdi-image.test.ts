import assert from 'node:assert/strict';
import { Buffer } from 'node:buffer';
import test from 'node:test';
import { vdi } from '#formats/disk/vdi/vdi-image';

const blocks = 100_000;

/** An image whose table has these entries; nothing else of it is read. */
function checked(entry: (at: number) => number): { readonly corruptions: number; readonly told: number } {
  const file = Buffer.alloc(1024 + blocks * 4);
  file.write('<<< a disk >>>\n', 0, 'latin1');
  for (const [at, value] of [
    [0x40, 0xbeda107f],
    [0x44, 0x10001],
    [0x154, 1024],
    [0x158, 1024 * 1024],
    [0x168, 512],
    [0x178, 1024 * 1024],
    [0x180, blocks],
    [0x184, blocks],
  ] as const)
    file.writeUInt32LE(value, at);
  file.writeBigUInt64LE(BigInt(blocks) * 2n ** 20n, 0x170);
  for (let at = 0; at < blocks; at++) file.writeUInt32LE(entry(at), 1024 + at * 4);
  const image = vdi.open(
    {
      size: file.length,
      readInto: (target, at) => file.copy(target, 0, at),
    },
    {
      open: () => assert.fail('it names no other file'),
      pathOf: (name = '') => name,
    },
  );
  const check = image.check?.();
  assert.ok(check);
  return { corruptions: check.corruptions, told: check.damages.length };
}

test('blocks that are named twice are counted, however many there are, and the first thousand told', () => {
  assert.deepEqual(
    checked(at => at),
    { corruptions: 0, told: 0 },
  );
  // whole pieces of the table are zeroes: the first block, over and over
  assert.deepEqual(
    checked(() => 0),
    { corruptions: blocks - 1, told: 1000 },
  );
  // it is first named where nothing more is told: entries 2 to 2,000 name block 1 again
  const late = (at: number): number => (at < 2000 ? 1 : at < 16_384 ? at : 0);
  assert.equal(checked(late).corruptions, 1999 + (blocks - 16_384 - 1));
});
