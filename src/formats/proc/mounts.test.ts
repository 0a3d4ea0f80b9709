import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import fc from 'fast-check';
import { parseFstab } from '#formats/conf/fstab';
import { parseMounts } from '#formats/proc/mounts';
import { sharedData } from '../../../test/shared-data.js';

test('blanks and backslashes come out of their octal escapes, options keep their values', () => {
  const [mount] = parseMounts('srv:/a\\040b /mnt/x\\134y nfs4 rw,vers=4.2,rsize=1048576,hard,opt=a=b 0 0\n');
  assert.deepEqual(mount, {
    source: 'srv:/a b',
    target: '/mnt/x\\y',
    type: 'nfs4',
    options: new Map<string, string | true>([
      ['rw', true],
      ['vers', '4.2'],
      ['rsize', '1048576'],
      ['hard', true],
      ['opt', 'a=b'],
    ]),
  });
});

test('a line that is cut short is passed over', () => {
  assert.deepEqual(parseMounts('proc /proc proc\n\nx'), []);
});

test('huge page mounts of a real host', { skip: sharedData === undefined && 'no shared data' }, () => {
  const path = join(sharedData ?? '', 'vdsm/toolTests_mtab_1g');
  if (!existsSync(path)) return;
  const mounts = parseMounts(readFileSync(path, 'utf8')).filter(mount => mount.type === 'hugetlbfs');
  assert.ok(mounts.some(mount => mount.options.get('pagesize') !== undefined));
});

test('fstab is split as it stands, right or not', () => {
  assert.deepEqual(
    parseFstab(`# comment
LABEL=root / ext4 defaults 0 1

srv:/vm\t/vm nfs rw,hard,sync, rsize=8192,wsize=8192 0 0
  none swap
/dev/a /my\\040disk xfs
`),
    [
      { line: 2, fields: ['LABEL=root', '/', 'ext4', 'defaults', '0', '1'] },
      { line: 4, fields: ['srv:/vm', '/vm', 'nfs', 'rw,hard,sync,', 'rsize=8192,wsize=8192', '0', '0'] },
      { line: 5, fields: ['none', 'swap'] },
      { line: 6, fields: ['/dev/a', '/my disk', 'xfs'] },
    ],
  );
});

test('any text is read', () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 200 }), text => {
      parseMounts(text);
      parseFstab(text);
    }),
  );
  parseMounts(' '.repeat(3_000_000));
  parseFstab(`${'a\t'.repeat(500_000)}\n`);
});
