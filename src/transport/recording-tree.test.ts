import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'node:test';
import type { Commands } from '#transport/commands';
import { FolderTooLarge, folderFiles } from '#transport/folder-files';
import { memoryTree } from '#transport/memory-tree';
import { recordingCommands } from '#transport/recording-commands';
import { recordingTree } from '#transport/recording-tree';

test('a recording gives one answer to one question, and keeps every answer', () => {
  let text = 'first';
  const changing = { ...memoryTree(new Map(), 'absent'), read: () => ({ outcome: 'ok', value: text }) as const };
  const { tree, looks } = recordingTree(changing);
  assert.deepEqual(tree.read('/a'), { outcome: 'ok', value: 'first' });
  text = 'second';
  assert.deepEqual(tree.read('/a'), { outcome: 'ok', value: 'first' });
  assert.deepEqual(tree.read('/b'), { outcome: 'ok', value: 'second' });
  assert.deepEqual(tree.list('/c'), { outcome: 'absent' });
  assert.equal(tree.link('/c').outcome, 'absent');
  assert.equal(tree.room('/c').outcome, 'not-captured');
  assert.deepEqual([...looks.reads.keys()], ['/a', '/b']);
  assert.deepEqual([looks.lists.size, looks.links.size, looks.rooms.size], [1, 1, 1]);
});

test('a command is run once', () => {
  let runs = 0;
  const counting: Commands = { output: argv => ({ outcome: 'ok', value: `${argv.join(' ')} ${++runs}` }) };
  const { commands, outputs } = recordingCommands(counting);
  commands.output(['a', 'b']);
  assert.deepEqual(commands.output(['a', 'b']), { outcome: 'ok', value: 'a b 1' });
  assert.deepEqual(commands.output(['a b']), { outcome: 'ok', value: 'a b 2' });
  assert.deepEqual(
    outputs().map(({ argv }) => argv),
    [['a', 'b'], ['a b']],
  );
});

test('of a folder only regular files are read, within bounds', () => {
  const folder = mkdtempSync(join(tmpdir(), 'nearmetal-folder-'));
  try {
    mkdirSync(join(folder, 'files/etc'), { recursive: true });
    writeFileSync(join(folder, 'nearmetal.json'), '{}');
    writeFileSync(join(folder, 'files/etc/x'), 'xx');
    symlinkSync('/etc/passwd', join(folder, 'files/etc/link'));
    symlinkSync('/etc', join(folder, 'away'));
    const files = folderFiles(folder, { entries: 10, bytes: 100 });
    assert.deepEqual([...files.keys()].sort(), ['files/etc/x', 'nearmetal.json']);
    assert.throws(() => folderFiles(folder, { entries: 3, bytes: 100 }), FolderTooLarge);
    assert.throws(() => folderFiles(folder, { entries: 10, bytes: 3 }), FolderTooLarge);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
