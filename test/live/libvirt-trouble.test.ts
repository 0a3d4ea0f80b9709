import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Duplex } from 'node:stream';
import test, { after, before } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { connect } from '#libvirt/connect';
import { openConnection } from '#libvirt/connection';
import { ConnectionError } from '#libvirt/connection-error';
import { missingParts } from './missing-parts.js';
import { noPrivateLibvirtd, type PrivateLibvirtd, startPrivateLibvirtd } from './private-libvirtd.js';

const skip = noPrivateLibvirtd();
const run = promisify(execFile);
let daemon: PrivateLibvirtd;

before(async () => {
  // one that asks its clients for signs of life each second
  if (skip === undefined)
    daemon = await startPrivateLibvirtd({ libvirtdConf: 'keepalive_interval = 1\nkeepalive_count = 1' });
});
after(() => daemon?.stop());

const guestXml = (name: string): string =>
  `<domain type='qemu'><name>${name}</name><memory>131072</memory><os><type arch='x86_64'>hvm</type></os></domain>`;

test('the XML of two hundred guests comes over one connection, each to its own call', { skip }, async () => {
  const connection = await daemon.connect();
  const names = Array.from({ length: 200 }, (_, at) => `guest${at}`);
  await Promise.all(names.map(name => connection.defineDomain(guestXml(name))));
  const guests = await connection.domains();
  assert.equal(guests.length, 200);
  const xmls = await Promise.all(guests.map(guest => connection.domainXml(guest, { inactive: true })));
  for (const [at, { name, uuid }] of guests.entries()) {
    assert.ok(xmls[at]?.includes(`<name>${name}</name>\n  <uuid>${uuid}</uuid>`));
  }
  assert.equal((await connection.domainStats()).length, 200);
  await Promise.all(guests.map(guest => connection.undefineDomain(guest)));
  await connection.close();
});

test('a read-only connection asks what it may; what changes something is refused', { skip }, async () => {
  const connection = await daemon.connect({ readOnly: true });
  assert.deepEqual(await connection.domains(), []);
  assert.equal(connection.readOnly, true);
  const denied = { name: 'LibvirtError', code: 29, codeName: 'VIR_ERR_OPERATION_DENIED', doThis: /read-write/ };
  await assert.rejects(connection.defineDomain(guestXml('x')), denied);
  await assert.rejects(connection.domainCapabilities(), denied);
  await assert.rejects(connection.domainXmlToNative('<domain/>'), denied);
  const subscription = await connection.watchDomains('lifecycle', () => undefined);
  await subscription.stop();
  await connection.close();
});

test('a secure XML, too, needs a read-write connection', { skip }, async () => {
  const [rw, ro] = await Promise.all([daemon.connect(), daemon.connect({ readOnly: true })]);
  const guest = await rw.defineDomain(guestXml('locked'));
  await assert.rejects(ro.domainXml(guest, { secure: true }), { code: 29 });
  await assert.rejects(ro.domainXml(guest, { migratable: true }), { code: 29 });
  assert.equal(await ro.domainXml(guest), await rw.domainXml(guest));
  await rw.undefineDomain(guest);
  await Promise.all([rw.close(), ro.close()]);
});

test('the test driver answers over the same socket', { skip }, async () => {
  const connection = await daemon.connect({ uri: 'test:///default' });
  assert.equal(await connection.type(), 'TEST');
  assert.deepEqual(
    (await connection.domains()).map(({ name }) => name),
    ['test'],
  );
  const [guest] = await connection.domains();
  assert.ok(guest);
  assert.match(await connection.domainXml(guest), /<domain type='test' id='1'>/);
  await connection.close();
});

test('without a URI the daemon that is there is found; libvirt.conf, its aliases and the environment count', {
  skip,
}, async () => {
  const root = `/proc/${daemon.namespacePid}/root`;
  const uriOf = async (options: Parameters<typeof connect>[0]): Promise<string> => {
    const connection = await connect({ root, environment: {}, ...options });
    const uri = await connection.uri();
    await connection.close();
    return uri;
  };
  assert.equal(await uriOf({}), 'qemu:///system');
  await writeFile(
    join(daemon.folder, 'etc/libvirt.conf'),
    'uri_aliases = [ "mine=test:///default" ]\nuri_default = "mine"\n',
  );
  const virsh = async (...args: readonly string[]): Promise<string> => (await daemon.enter('env', ...args)).trim();
  assert.equal(await uriOf({}), await virsh('-u', 'LIBVIRT_DEFAULT_URI', 'virsh', 'uri'));
  assert.equal(await uriOf({ uri: 'mine' }), await virsh('virsh', '-c', 'mine', 'uri'));
  const environment = { LIBVIRT_DEFAULT_URI: 'qemu:///system' };
  assert.equal(await uriOf({ environment }), await virsh('LIBVIRT_DEFAULT_URI=qemu:///system', 'virsh', 'uri'));
  await writeFile(join(daemon.folder, 'etc/libvirt.conf'), '');
  await assert.rejects(uriOf({ uri: 'xen:///system' }), { name: 'LibvirtError', code: 5 });
});

test('a connection that does nothing stays, since the daemon’s pings are answered', { skip }, async () => {
  const connection = await daemon.connect({ keepalive: 'off' });
  // twice what the daemon waits for
  await sleep(4000);
  assert.equal(await connection.uri(), 'qemu:///system');
  await connection.close();
});

test('a daemon that hangs: calls end in time, it goes on where it stopped, or counts as dead', { skip }, async () => {
  const [patient, wary] = await Promise.all([
    daemon.connect({ keepalive: 'off' }),
    daemon.connect({ keepalive: { intervalMs: 200, count: 2 } }),
  ]);
  await daemon.signal('SIGSTOP');
  const waiting = wary.hostname();
  await assert.rejects(patient.hostname({ timeoutMs: 100 }), { name: 'CallTimeout' });
  await assert.rejects(waiting, { name: 'ConnectionError', code: 'dead-peer' });
  await assert.rejects(daemon.connect({ timeoutMs: 100 }), { name: 'CallTimeout', procedure: 'auth_list' });
  await daemon.signal('SIGCONT');
  assert.equal(await patient.uri(), 'qemu:///system');
  await patient.close();
  await wary.close();
});

test('a daemon that is killed: every waiting call is told, and the next daemon is found', { skip }, async () => {
  const connection = await daemon.connect();
  await daemon.signal('SIGSTOP');
  const waiting = Array.from({ length: 100 }, () => connection.capabilities());
  await sleep(50);
  await daemon.signal('SIGKILL');
  for (const each of waiting) await assert.rejects(each, { name: 'ConnectionError', code: 'closed-by-daemon' });
  await assert.rejects(connection.hostname(), { code: 'closed-by-daemon' });
  // the system closes what a dead process held one by one: at first its ear may still be open
  const codes = new Set<unknown>();
  for (let attempt = 0; attempt < 100 && !codes.has('nobody-listens'); attempt++) {
    await assert.rejects(
      daemon.connect(),
      error => codes.add(error instanceof ConnectionError ? error.code : error).size > 0,
    );
  }
  codes.delete('closed-by-daemon');
  assert.deepEqual(codes, new Set(['nobody-listens']));
  await daemon.restart();
  const again = await daemon.connect();
  assert.equal(await again.uri(), 'qemu:///system');
  await again.close();
});

/** Runs a program in another process; gives what it prints. */
async function elsewhere(program: string): Promise<string> {
  const imports = `import { connect } from ${JSON.stringify(new URL('../../src/libvirt/connect.js', import.meta.url).href)};
    const socketDirectory = ${JSON.stringify(daemon.socketDirectory)};`;
  return (await run(process.execPath, ['--input-type=module', '-e', imports + program], { timeout: 20_000 })).stdout;
}

test('a process ends by itself when its connection is closed', { skip }, async () => {
  const said = await elsewhere(`
    const connection = await connect({ uri: 'qemu:///system', environment: {}, socketDirectory });
    await connection.watchDomains('lifecycle', () => undefined);
    console.log(await connection.type());
    await connection.close();
  `);
  assert.equal(said, 'QEMU\n');
});

test('a plain user reads over the read-only socket, and is told why the other is closed', { skip }, async () => {
  const said = await elsewhere(`
    process.setegid(65534); process.setgroups?.([]); process.seteuid(65534);
    const options = { uri: 'qemu:///system', environment: {}, socketDirectory };
    const connection = await connect({ ...options, readOnly: true });
    console.log((await connection.domains()).length, await connection.type());
    await connection.close();
    await connect(options).catch(error => console.log(error.name, error.code));
  `);
  assert.equal(said, '0 QEMU\nConnectionError no-rights\n');
});

test('any stream of bytes to a daemon will do: here the pipes to virt-ssh-helper', {
  skip: skip ?? missingParts(['virt-ssh-helper']),
}, async () => {
  const helper = spawn('nsenter', ['-t', String(daemon.namespacePid), '-m', 'virt-ssh-helper', 'qemu:///system'], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const stream = Duplex.from({ readable: helper.stdout, writable: helper.stdin });
  const connection = await openConnection(stream, 'qemu:///system');
  assert.equal(await connection.uri(), 'qemu:///system');
  const exited = once(helper, 'exit');
  await connection.close();
  await exited;
});

test('a daemon that wants a password says so', { skip }, async () => {
  const strict = await startPrivateLibvirtd({ libvirtdConf: 'auth_unix_rw = "sasl"', isReadOnly: true });
  try {
    await assert.rejects(strict.connect(), { name: 'AuthError', code: 'sasl-required' });
  } finally {
    await strict.stop();
  }
});

test('a private daemon goes with its test, even where the test is killed', { skip }, async () => {
  const program = `
    import { startPrivateLibvirtd } from ${JSON.stringify(new URL('./private-libvirtd.js', import.meta.url).href)};
    const daemon = await startPrivateLibvirtd();
    console.log(daemon.folder);
    setInterval(() => undefined, 1000);
  `;
  const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const said: unknown[] = await once(child.stdout.setEncoding('utf8'), 'data');
  const path = String(said[0]).trim();
  assert.ok(existsSync(join(path, 'run/libvirt-sock')));
  child.kill('SIGKILL');
  for (let attempt = 0; existsSync(path) && attempt < 200; attempt++) await sleep(50);
  assert.equal(existsSync(path), false);
  const { stdout } = await run('ps', ['-eo', 'args']);
  assert.ok(!stdout.includes(path), stdout);
});
