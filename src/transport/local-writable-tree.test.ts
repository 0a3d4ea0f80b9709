import assert from 'node:assert/strict';
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'node:test';
import { localWritableTree } from '#transport/local-writable-tree';

function withTree(use: (root: string) => void): void {
  const root = mkdtempSync(join(tmpdir(), 'nearmetal-tree-'));
  try {
    use(root);
  } finally {
    chmodSync(root, 0o755);
    rmSync(root, { recursive: true });
  }
}

const text = (value: string): Uint8Array => Buffer.from(value);

test('a file is replaced: its rights stay, nothing is left beside it', () =>
  withTree(root => {
    writeFileSync(join(root, 'fstab'), 'old\n');
    chmodSync(join(root, 'fstab'), 0o640);
    const before = statSync(join(root, 'fstab')).ino;
    const tree = localWritableTree(root);
    tree.store('/fstab', text('new\n'));
    assert.equal(readFileSync(join(root, 'fstab'), 'utf8'), 'new\n');
    assert.equal(tree.load('/fstab')?.mode, 0o640);
    assert.notEqual(statSync(join(root, 'fstab')).ino, before);
    assert.deepEqual(readdirSync(root), ['fstab']);
  }));

test('a new file is readable by all, whatever the umask, or has the rights it is given; its folders are made', () =>
  withTree(root => {
    const tree = localWritableTree(root);
    tree.store('/etc/sysctl.d/90-x.conf', text('a = 1\n'));
    tree.store('/etc/secret', text('s'), { mode: 0o600 });
    assert.equal(tree.load('/etc/sysctl.d/90-x.conf')?.mode, 0o644);
    assert.equal(tree.load('/etc/secret')?.mode, 0o600);
    tree.remove('/etc/sysctl.d/90-x.conf');
    tree.remove('/etc/sysctl.d/90-x.conf');
    tree.removeFolder('/etc/sysctl.d');
    tree.removeFolder('/etc');
    assert.deepEqual(readdirSync(root), ['etc']);
    assert.deepEqual(readdirSync(join(root, 'etc')), ['secret']);
  }));

test('links are followed inside the tree, and stay links', () =>
  withTree(root => {
    mkdirSync(join(root, 'real'));
    writeFileSync(join(root, 'real/grub'), 'x');
    symlinkSync('/real', join(root, 'etc'));
    symlinkSync('../../../../../../real/grub', join(root, 'default'));
    const tree = localWritableTree(root);
    tree.store('/etc/grub', text('y'));
    assert.equal(readFileSync(join(root, 'real/grub'), 'utf8'), 'y');
    tree.store('/default', text('z'));
    assert.equal(readFileSync(join(root, 'real/grub'), 'utf8'), 'z');
    assert.ok(lstatSync(join(root, 'default')).isSymbolicLink());
    symlinkSync(join(tmpdir(), 'nearmetal-outside'), join(root, 'out'));
    tree.store('/out', text('w'));
    assert.equal(readlinkSync(join(root, 'out')), join(tmpdir(), 'nearmetal-outside'));
    assert.ok(!existsSync(join(tmpdir(), 'nearmetal-outside')));
    assert.equal(readFileSync(join(root, tmpdir(), 'nearmetal-outside'), 'utf8'), 'w');
  }));

test('what a broken-off store left is taken away, and does not stand in the way of the next', () =>
  withTree(root => {
    const tree = localWritableTree(root);
    writeFileSync(join(root, 'a'), '1');
    writeFileSync(join(root, '.a.nearmetal'), 'half');
    tree.store('/a', text('2'));
    assert.deepEqual(readdirSync(root), ['a']);
    writeFileSync(join(root, '.a.nearmetal'), 'half');
    tree.tidy('/a');
    assert.deepEqual(readdirSync(root), ['a']);
    tree.tidy('/no/such');
  }));

test('a cp that goes on after we were killed makes no file: attributes are copied through the open file', () =>
  withTree(root => {
    mkdirSync(join(root, 'bin'));
    // stands for cp: works only once the draft has been tidied away
    const slow = '#!/bin/sh\nrm -f "$NEARMETAL_TEST_DRAFT"\nexec /bin/cp "$@"\n';
    writeFileSync(join(root, 'bin/cp'), slow, { mode: 0o755 });
    writeFileSync(join(root, 'fstab'), 'old\n');
    const { PATH } = process.env;
    process.env['PATH'] = `${join(root, 'bin')}:${PATH}`;
    process.env['NEARMETAL_TEST_DRAFT'] = join(root, '.fstab.nearmetal');
    try {
      assert.throws(() => localWritableTree(root).store('/fstab', text('new\n')), { code: 'ENOENT' });
    } finally {
      process.env['PATH'] = PATH;
      delete process.env['NEARMETAL_TEST_DRAFT'];
    }
    assert.deepEqual(readdirSync(root), ['bin', 'fstab']);
    assert.equal(readFileSync(join(root, 'fstab'), 'utf8'), 'old\n');
  }));

test('what is no regular file is neither read nor replaced', () =>
  withTree(root => {
    mkdirSync(join(root, 'folder'));
    const tree = localWritableTree(root);
    assert.throws(() => tree.store('/folder', text('x')), { code: 'EISDIR' });
    assert.throws(() => tree.load('/folder'), { code: 'EISDIR' });
    assert.equal(tree.load('/none'), undefined);
    assert.equal(tree.load('/none/deeper'), undefined);
  }));

test('a knob is written in place, and one that is not there is not made', () =>
  withTree(root => {
    writeFileSync(join(root, 'run'), '0\n');
    const { ino } = statSync(join(root, 'run'));
    const tree = localWritableTree(root);
    tree.writeKnob('/run', '1');
    assert.equal(readFileSync(join(root, 'run'), 'utf8'), '1');
    assert.equal(statSync(join(root, 'run')).ino, ino);
    assert.throws(() => tree.writeKnob('/none', '1'), { code: 'ENOENT' });
    assert.ok(!existsSync(join(root, 'none')));
  }));
