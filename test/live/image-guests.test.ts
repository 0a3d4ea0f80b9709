import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { after, before } from 'node:test';
import { randomOf } from '../apply/kill/random-of.js';
import { killOperation } from '../image-operations/killed-operation.js';
import { type Ended, makeScene, type Scene } from '../image-operations/scene.js';
import { operations } from '../image-operations/scenes.js';
import { missingParts } from './missing-parts.js';
import { noPrivateLibvirtd, type PrivateLibvirtd, startPrivateLibvirtd } from './private-libvirtd.js';

const skip = noPrivateLibvirtd() ?? missingParts(['qemu-img', 'qemu-io', 'qemu-system-x86_64']) ?? false;
const seed = Number(process.env['NEARMETAL_KILL_SEED'] ?? randomInt(1_000_000));
let home: string;
let daemon: PrivateLibvirtd;

before(async () => {
  if (skip !== false) return;
  home = mkdtempSync(join(tmpdir(), 'nearmetal-image-guests-'));
  execFileSync('chmod', ['755', home]);
  daemon = await startPrivateLibvirtd();
  // the commands that are run here find it as a user's do
  process.env['LIBVIRT_DEFAULT_URI'] = `qemu:///system?socket=${daemon.socketDirectory}/libvirt-sock`;
});
after(async () => {
  delete process.env['LIBVIRT_DEFAULT_URI'];
  await daemon?.stop();
  if (home !== undefined) rmSync(home, { recursive: true, force: true });
});

/** A guest without an operating system. */
async function define(name: string, disk: string, format: string): Promise<void> {
  const connection = await daemon.connect();
  try {
    await connection.defineDomain(`<domain type='qemu'>
  <name>${name}</name>
  <memory unit='MiB'>32</memory>
  <vcpu>1</vcpu>
  <os><type arch='x86_64' machine='pc'>hvm</type></os>
  <devices>
    <disk type='file' device='disk'>
      <driver name='qemu' type='${format}'/>
      <source file='${disk}'/>
      <target dev='vda' bus='virtio'/>
    </disk>
  </devices>
</domain>`);
  } finally {
    await connection.close();
  }
}

function sceneOf(name: string): Scene {
  const operation = operations.find(one => one.name === name);
  assert.ok(operation);
  const folder = join(home, `images-${name.replaceAll(/\W+/g, '-')}`);
  mkdirSync(folder, { mode: 0o755 });
  return makeScene(home, operation, folder);
}

const refuses = (ended: Ended, words: RegExp): void => {
  assert.equal(ended.code, 4, `${ended.out}${ended.err}`);
  assert.match(`${ended.out}${ended.err}`, words);
};

test('an image on which a guest runs, or will go on, is refused; virsh blockresize is named, and works', {
  skip,
}, async () => {
  const scene = sceneOf('rebase --flatten');
  const layer = join(scene.folder, 'layer.qcow2');
  const files = readdirSync(scene.folder);
  await define('web', layer, 'qcow2');
  await daemon.virsh('start', 'web');
  try {
    const resized = await scene.run(['image', 'resize', 'layer.qcow2', '48M', '--yes']);
    refuses(resized, /layer\.qcow2 is disk vda of guest web, which runs/);
    const advice = /virsh (blockresize web vda \d+B)/.exec(resized.err)?.[1] ?? '';
    await daemon.virsh(...advice.split(' '));
    const info = execFileSync('qemu-img', ['info', '-U', '--output=json', layer], { encoding: 'utf8' });
    assert.equal(JSON.parse(info)['virtual-size'], 48 * 1024 * 1024);
    const run = (...words: readonly string[]): Promise<Ended> => scene.run(['image', ...words, '--yes', '--quiet']);
    refuses(await run('rebase', 'layer.qcow2', '--flatten'), /in use: (?:guest web runs on it|qemu)/);
    refuses(await run('commit', 'layer.qcow2'), /base\.qcow2 is in use: guest web runs on it/);
    refuses(
      await run('convert', 'layer.qcow2', '--to', 'raw', '--into', 'copy.raw'),
      /layer\.qcow2 is in use: guest web/,
    );
    await daemon.virsh('managedsave', 'web');
    refuses(await run('rebase', 'layer.qcow2', '--flatten'), /the memory of guest web is saved, and goes on with it/);
    assert.deepEqual(readdirSync(scene.folder), files);
  } finally {
    await daemon.virsh('managedsave-remove', 'web').catch(() => '');
    await daemon.virsh('destroy', 'web').catch(() => '');
  }
});

test('a guest that is off gets the new format with the new file, and both come back, wherever it is killed', {
  skip,
}, async t => {
  const scene = sceneOf('convert');
  await define('off', join(scene.folder, 'disk.raw'), 'raw');
  const xml = await daemon.virsh('dumpxml', '--inactive', 'off');
  const words = ['image', ...scene.operation.words, '--yes', '--quiet'];
  const { points } = await scene.measure(words);
  const made = await daemon.virsh('dumpxml', '--inactive', 'off');
  assert.equal(made, xml.replace("type='raw'", "type='qcow2'"));
  assert.equal((await scene.run(['undo', '1', '--yes', '--quiet'])).code, 0);
  assert.equal(await daemon.virsh('dumpxml', '--inactive', 'off'), xml);
  const random = randomOf(seed);
  const tally = { untouched: 0, old: 0, new: 0 };
  for (const settled of ['undo', 'finish', 'undo', 'finish'] as const) {
    const point = 1 + random(points);
    await killOperation(scene, { at: String(point) }, settled, tally);
    assert.equal(await daemon.virsh('dumpxml', '--inactive', 'off'), xml, `killed at ${point}, ${settled}`);
  }
  t.diagnostic(`seed ${seed}, ${points} calls: ${JSON.stringify(tally)}`);
});
