import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { after, before } from 'node:test';
import { promisify } from 'node:util';
import { completeInBash, completeInFish, noProgram, type ShellFolder, shellFolder } from '../shells.js';
import { noPrivateLibvirtd, type PrivateLibvirtd, startPrivateLibvirtd } from './private-libvirtd.js';

const skip = noPrivateLibvirtd();
const run = promisify(execFile);

let daemon: PrivateLibvirtd;
let place: ShellFolder;
let uri: string;

before(async () => {
  if (skip !== undefined) return;
  daemon = await startPrivateLibvirtd();
  place = await shellFolder(mkdtempSync(join(tmpdir(), 'nearmetal-shells-')));
  uri = `qemu:///system?socket=${daemon.socketDirectory}/libvirt-sock`;
  const connection = await daemon.connect();
  for (const name of ['db01', 'web01', 'web02'])
    await connection.defineDomain(
      `<domain type='qemu'><name>${name}</name><memory unit='MiB'>64</memory><vcpu>1</vcpu><os><type arch='x86_64' machine='q35'>hvm</type></os></domain>`,
    );
  await connection.close();
});
after(async () => {
  await daemon?.stop();
  if (place !== undefined) rmSync(place.folder, { recursive: true });
});

test('guests of a libvirt are completed', { skip }, async () => {
  const line = `nearmetal check --connect ${uri} --guest `;
  assert.deepEqual(await completeInBash(place, `${line}web`), ['web01', 'web02']);
  if (noProgram('fish') === undefined)
    assert.deepEqual([...(await completeInFish(place, line))].sort(), ['db01', 'web01', 'web02']);
});

test('a libvirt that hangs is not waited for, and nothing is said', { skip }, async () => {
  await daemon.signal('SIGSTOP');
  try {
    const started = performance.now();
    const { stdout, stderr } = await run(join(place.folder, 'bin/nearmetal'), [
      '__guests',
      '--',
      'check',
      '--connect',
      uri,
    ]);
    assert.deepEqual([stdout, stderr], ['', '']);
    assert.ok(performance.now() - started < 8000);
  } finally {
    await daemon.signal('SIGCONT');
  }
});
