import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { parseMeminfo } from '#formats/proc/meminfo';
import { hostileText } from '../../../test/hostile-text.js';

test('kB is KiB, fields without a unit are counts, and a node’s prefix is passed over', () => {
  const meminfo = parseMeminfo('MemTotal:       65842132 kB\nHugePages_Total:       4\nActive(anon):      12 kB\n');
  assert.equal(meminfo?.sizes.get('MemTotal'), 65842132 * 1024);
  assert.equal(meminfo?.sizes.get('Active(anon)'), 12 * 1024);
  assert.equal(meminfo?.counts.get('HugePages_Total'), 4);
  assert.equal(parseMeminfo('Node 13 MemFree:  7 kB\nNode 13 HugePages_Free: 2\n')?.sizes.get('MemFree'), 7 * 1024);
});

test('a broken line is no field, and a text without any field is not understood', () => {
  const meminfo = parseMeminfo(
    'MemTotal: 12x kB\nMemFree: -1 kB\nCached: 99999999999999999999 kB\nBuffers: 1 MB\nDirty: 3 kB',
  );
  assert.deepEqual([...(meminfo?.sizes.keys() ?? [])], ['Dirty']);
  assert.equal(parseMeminfo(''), undefined);
  assert.equal(parseMeminfo('<html>'), undefined);
});

test('what was written is read, and no text makes it throw', () => {
  const name = fc.stringMatching(/^[A-Za-z][A-Za-z0-9_()]{0,30}$/);
  fc.assert(
    fc.property(fc.dictionary(name, fc.nat(), { minKeys: 1, noNullPrototype: true }), fields => {
      const text = Object.entries(fields).map(([key, kib]) => `${`${key}:`.padEnd(16)}${kib} kB`);
      const sizes = parseMeminfo(text.join('\n'))?.sizes;
      for (const [key, kib] of Object.entries(fields)) assert.equal(sizes?.get(key), kib * 1024);
    }),
  );
  fc.assert(fc.property(hostileText('MemTotal', ' kB', 'Node '), text => void parseMeminfo(text)));
});
