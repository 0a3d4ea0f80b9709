import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { after } from 'node:test';
import { localTree } from '#transport/local-tree';

const root = mkdtempSync(join(tmpdir(), 'nearmetal-tree-'));
after(() => rmSync(root, { recursive: true, force: true }));
mkdirSync(join(root, 'etc/sysctl.d'), { recursive: true });
writeFileSync(join(root, 'etc/os-release'), 'ID=sles\n');
symlinkSync('/etc/os-release', join(root, 'etc/absolute'));
symlinkSync('../../../../../../../../etc/passwd', join(root, 'etc/escape'));
symlinkSync('loop-b', join(root, 'etc/loop-a'));
symlinkSync('loop-a', join(root, 'etc/loop-b'));
execFileSync('mkfifo', [join(root, 'etc/fifo')]);

test('a file is read and a folder listed in order', () => {
  const tree = localTree(root, { missing: 'absent' });
  assert.deepEqual(tree.read('/etc/os-release'), { outcome: 'ok', value: 'ID=sles\n' });
  assert.deepEqual(tree.list('/etc/sysctl.d'), { outcome: 'ok', value: [] });
});

test('a missing file is absent in a whole tree and not captured in a part of one', () => {
  assert.deepEqual(localTree(root, { missing: 'absent' }).read('/proc/swaps'), { outcome: 'absent' });
  assert.deepEqual(localTree(root, { missing: 'not-captured' }).read('/proc/swaps'), {
    outcome: 'not-captured',
    reason: '/proc/swaps is not in this tree',
  });
});

test('an absolute link starts at the root of the tree', () => {
  const tree = localTree(root, { missing: 'absent' });
  assert.deepEqual(tree.read('/etc/absolute'), { outcome: 'ok', value: 'ID=sles\n' });
  assert.deepEqual(tree.link('/etc/absolute'), { outcome: 'ok', value: '/etc/os-release' });
});

test('no link and no path leaves the tree', () => {
  const tree = localTree(root, { missing: 'absent' });
  assert.deepEqual(tree.read('/etc/escape'), { outcome: 'absent' });
  assert.deepEqual(tree.read('/../../../../../../etc/hostname'), { outcome: 'absent' });
});

test('a loop of links and a FIFO end at once', () => {
  const tree = localTree(root, { missing: 'absent' });
  assert.deepEqual(tree.read('/etc/loop-a'), { outcome: 'absent' });
  assert.deepEqual(tree.read('/etc/fifo'), { outcome: 'absent' });
});

test('a file without the right to read it is denied', {
  skip: process.getuid?.() === 0 ? 'root may read all' : false,
}, () => {
  writeFileSync(join(root, 'etc/secret'), 'x');
  chmodSync(join(root, 'etc/secret'), 0);
  assert.equal(localTree(root, { missing: 'absent' }).read('/etc/secret').outcome, 'denied');
});

test('files of /proc, which say size 0, are read whole', () => {
  const result = localTree('/', { missing: 'absent' }).read('/proc/self/status');
  assert.ok(result.outcome === 'ok' && result.value.includes('Pid:'));
});
