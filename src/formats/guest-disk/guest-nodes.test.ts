import assert from 'node:assert/strict';
import { Buffer } from 'node:buffer';
import test from 'node:test';
import type { BrowsedFileSystem, FileKind, FileStat } from '#formats/filesystem/browsed-file-system';
import { guestNodes } from '#formats/guest-disk/guest-nodes';
import { GuestTree } from '#formats/guest-disk/guest-tree';

/** A file system of folders (by number: names and numbers) and files (by number: text). */
function system(folders: Readonly<Record<number, Readonly<Record<string, number>>>>): BrowsedFileSystem {
  const kind = (file: number): FileKind => (folders[file] === undefined ? 'file' : 'folder');
  return {
    type: 'test',
    label: undefined,
    uuid: '',
    remarks: [],
    root: 2,
    stat: (file): FileStat => ({ file, kind: kind(file), mode: 0o755, uid: 0, gid: 0, links: 1, size: 3, modified: 0 }),
    entries: folder => Object.entries(folders[folder] ?? {}).map(([name, file]) => ({ name, file })),
    readInto: (file, target) => {
      target.set(Buffer.from(String(file)));
      return String(file).length;
    },
    readLink: () => '',
  };
}

test('what is mounted within a guest stands in place of the folder below it, and each file has a number of its own', () => {
  const root = system({ 2: { boot: 3, etc: 4, mnt: 5 }, 3: { hidden: 9 }, 4: { passwd: 10 }, 5: {} });
  const boot = system({ 2: { vmlinuz: 10, efi: 4 }, 4: {} });
  const efi = system({ 2: { EFI: 3 }, 3: {} });
  const tree = new GuestTree(
    { system: root, root: 2 },
    new Map([
      ['/boot', { system: boot, root: 2 }],
      ['/boot/efi', { system: efi, root: 2 }],
      ['/nowhere/at/all', { system: efi, root: 2 }],
    ]),
  );
  const nodes = guestNodes(tree, 100);
  const step = (folder: bigint, name: string): bigint =>
    nodes.entries(folder).find(entry => entry.name === name)?.node ?? assert.fail(name);
  const inBoot = step(1n, 'boot');
  assert.deepEqual(
    nodes.entries(inBoot).map(({ name }) => name),
    ['vmlinuz', 'efi'],
  );
  assert.deepEqual(
    nodes.entries(step(inBoot, 'efi')).map(({ name }) => name),
    ['EFI'],
  );
  const kernel = step(inBoot, 'vmlinuz');
  const passwd = step(step(1n, 'etc'), 'passwd');
  assert.notEqual(kernel, passwd, 'both are file 10 of their file systems');
  const target = Buffer.alloc(3);
  assert.equal(nodes.readInto(kernel, target, 0), 2);
  assert.equal(nodes.stat(1n).kind, 'folder');
  assert.deepEqual(nodes.entries(step(1n, 'mnt')), []);
});
