import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import test, { after, before } from 'node:test';
import { type BusyboxGuest, busyboxGuest, noBusyboxGuest } from './busybox-guest.js';
import { noPrivateLibvirtd, type PrivateLibvirtd, startPrivateLibvirtd } from './private-libvirtd.js';

const skip = noPrivateLibvirtd() ?? noBusyboxGuest();
const program = resolve('dist/cli.cjs');
const secret = 'swordfis';
const xml = (name: string, more = ''): string =>
  `<domain type='qemu'><name>${name}</name>${more}<memory unit='MiB'>64</memory><os><type arch='x86_64' machine='q35'>hvm</type></os><devices><graphics type='vnc' passwd='${secret}'/></devices></domain>`;

let daemon: PrivateLibvirtd;
let kit: BusyboxGuest;
let state: string;

before(async () => {
  if (skip !== undefined) return;
  [daemon, kit] = await Promise.all([startPrivateLibvirtd(), busyboxGuest()]);
  state = await mkdtemp(join(tmpdir(), 'nearmetal-state-'));
  const connection = await daemon.connect();
  await connection.defineDomain(xml('db01'));
  await connection.defineDomain(
    xml('nova1', "<metadata><nova:instance xmlns:nova='http://openstack.org/xmlns/libvirt/nova/1.1'/></metadata>"),
  );
  await connection.close();
});

after(async () => {
  if (skip === undefined) await daemon.stop();
});

interface Result {
  readonly code: number;
  readonly out: string;
  readonly said: string;
}

/** Runs the program in the daemon's mount namespace, as an administrator of that host would. */
const nearmetal = (...words: readonly string[]): Promise<Result> =>
  new Promise(done => {
    const inside = ['--target', String(daemon.namespacePid), '--mount', process.execPath, program, ...words];
    const child = execFile(
      'nsenter',
      inside,
      { env: { ...process.env, NEARMETAL_STATE_DIR: state }, cwd: '/' },
      (error, out, said) => done({ code: error === null ? 0 : Number(error.code), out, said }),
    );
    child.stdin?.end();
  });

test('an intent is written into the stored definition, counts at once, and is taken back by the command printed', {
  skip,
}, async () => {
  const before = await daemon.virsh('dumpxml', 'db01', '--security-info');
  const asked = await nearmetal('intent', 'db01', 'database');
  assert.equal(asked.code, 64);
  assert.match(asked.said, /nothing was changed[\s\S]*say --yes/);
  assert.match((await nearmetal('intent', 'db01', 'database', '--dry-run')).out, /nothing was written/);
  assert.match((await nearmetal('intent', 'db01', 'databse', '--yes')).said, /did you mean database/);

  const written = await nearmetal('intent', 'db01', 'database', 'latency', '--yes', '-c', 'qemu:///system');
  assert.equal(written.code, 0, written.said);
  assert.match(written.out, /^db01: for database, latency now, read back\n/);
  const after = await daemon.virsh('dumpxml', 'db01', '--inactive');
  assert.match(after, /<nearmetal:intents xmlns:nearmetal="https:\/\/nearmetal\.dev\/xmlns\/domain\/1">/);
  assert.match((await nearmetal('intent', 'db01')).out, /database, latency +\(said by its own metadata\)/);
  const again = await nearmetal('intent', 'db01', 'database', 'latency', '--yes');
  assert.match(again.out, /nothing to do/);

  // the copy holds the secret, and nobody else may read it; nothing that is printed does
  const copy = /copy of what was there: (\S+)/.exec(written.out)?.[1] ?? '';
  assert.equal((await stat(copy)).mode & 0o777, 0o600);
  assert.equal((await stat(join(state, 'backup', 'db01'))).mode & 0o777, 0o700);
  assert.match(await readFile(copy, 'utf8'), new RegExp(secret));
  assert.doesNotMatch(written.out + written.said, new RegExp(secret));

  const undo = /take it back: nearmetal (.*)/.exec(written.out)?.[1]?.split(' ') ?? [];
  assert.deepEqual(undo, ['intent', 'db01', '--remove', '--connect', 'qemu:///system']);
  assert.equal((await nearmetal(...undo, '--yes')).code, 0);
  // libvirt leaves an empty element for metadata behind
  assert.equal((await daemon.virsh('dumpxml', 'db01', '--security-info')).replace('  <metadata/>\n', ''), before);
  assert.equal((await readdir(join(state, 'backup', 'db01'))).length, 2);
});

test('of a guest that runs both halves are written, of one without a stored definition the running one', {
  skip,
}, async () => {
  const connection = await daemon.connect();
  await connection.defineDomain(kit.xml({ name: 'run1' }));
  await connection.startDomain(await connection.domainByName('run1'));
  await connection.createDomain(kit.xml({ name: 'gone1' }));
  const written = await nearmetal('intent', 'run1', 'latency', '--yes', '--format', 'json');
  assert.equal(written.code, 0, written.said);
  const told = JSON.parse(written.out);
  assert.deepEqual(told.where, ['the stored definition', 'the running guest']);
  assert.equal(told.result, 'written');
  for (const half of [['--inactive'], []])
    assert.match(await daemon.virsh('dumpxml', 'run1', ...half), /nearmetal:intent>latency/);
  const passing = await nearmetal('intent', 'gone1', 'density', '--yes');
  assert.equal(passing.code, 0, passing.said);
  assert.match(passing.said, /until it stops/);
  assert.match((await nearmetal('intent', '--format', 'json')).out, /"intents": \[\s+"density"/);
  for (const name of ['run1', 'gone1']) await connection.destroyDomain(await connection.domainByName(name));
  await connection.close();
});

test('a guest that another manager owns is left alone, and what is not there is told', { skip }, async () => {
  const refused = await nearmetal('intent', 'nova1', 'latency', '--yes');
  assert.equal(refused.code, 66);
  assert.match(refused.said, /belongs to OpenStack[\s\S]*nearmetal\.yaml/);
  assert.doesNotMatch(await daemon.virsh('dumpxml', 'nova1'), /nearmetal/);
  assert.match(
    (await nearmetal('intent', 'db02', 'latency', '--yes')).said,
    /no guest called "db02"[\s\S]*did you mean db01/,
  );
});

test('in a file only the element of ours changes, a copy is kept beside it, and the undo restores it byte for byte', {
  skip,
}, async () => {
  const folder = await mkdtemp(join(tmpdir(), 'nearmetal-intent-'));
  const file = join(folder, 'db.xml');
  const text = "<domain type='kvm'>\n\t<name>db</name> <!-- kept -->\n\t<memory>1</memory>\n</domain>";
  await writeFile(file, text, { mode: 0o640 });
  const written = await nearmetal('intent', file, 'hpc', '--yes');
  assert.equal(written.code, 0, written.said);
  assert.equal((await stat(file)).mode & 0o777, 0o640);
  assert.match((await nearmetal('intent', file)).out, /^db +hpc/);
  const [, from = '', to = ''] = /take it back: mv (\S+) (\S+)/.exec(written.out) ?? [];
  assert.equal(await readFile(from, 'utf8'), text);
  assert.equal(to, file);
  assert.equal((await nearmetal('intent', file, '--remove', '--yes')).code, 0);
  assert.match((await nearmetal('intent', file)).out, /general +\(nobody said otherwise\)/);
});
