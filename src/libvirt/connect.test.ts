import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'node:test';
import { promisify } from 'node:util';
import { connect } from '#libvirt/connect';
import type { ConnectionError } from '#libvirt/connection-error';

/** Runs the test with an empty folder that is gone afterwards. */
async function inFolder(work: (folder: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'nearmetal-connect-'));
  try {
    await work(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** Listens on a unix socket; `greet` does what the daemon does. */
async function listen(path: string, greet: (socket: Socket) => void): Promise<Server> {
  const server = createServer(greet);
  await new Promise<void>(resolve => server.listen(path, resolve));
  return server;
}

test('where there is no libvirt, the error lists what was tried', async () => {
  await inFolder(async folder => {
    await assert.rejects(
      connect({ root: folder, environment: { HOME: folder }, uri: 'qemu:///system' }),
      (error: ConnectionError) => {
        assert.equal(error.code, 'no-libvirt');
        assert.deepEqual(
          error.tried.map(({ path }) => path),
          [join(folder, 'run/libvirt/virtqemud-sock'), join(folder, 'run/libvirt/libvirt-sock')],
        );
        assert.match(error.doThis, /start libvirt/);
        return true;
      },
    );
  });
});

test('a socket on which nobody listens is told apart from none', async () => {
  await inFolder(async folder => {
    const path = join(folder, 'libvirt-sock');
    const server = await listen(path, () => undefined);
    // a daemon that was killed leaves its socket behind
    await promisify(execFile)('ln', [path, `${path}.kept`]);
    await new Promise(resolve => server.close(resolve));
    await promisify(execFile)('mv', [`${path}.kept`, path]);
    await assert.rejects(connect({ socketDirectory: folder, environment: {}, uri: 'qemu:///system' }), {
      name: 'ConnectionError',
      code: 'nobody-listens',
    });
  });
});

test('a file that is no socket, and a path too long for one', async () => {
  await inFolder(async folder => {
    await writeFile(join(folder, 'libvirt-sock'), 'hello');
    await assert.rejects(connect({ socketDirectory: folder, environment: {}, uri: 'qemu:///system' }), {
      name: 'ConnectionError',
    });
    const long = join(folder, 'x'.repeat(120));
    await assert.rejects(connect({ environment: {}, uri: `qemu:///system?socket=${long}` }), {
      code: 'cannot-connect',
      message: /107 bytes/,
    });
  });
});

test('libvirt.conf under the root decides, and its faults are named', {
  skip: process.geteuid?.() !== 0 && 'reads root’s file',
}, async () => {
  await inFolder(async folder => {
    await mkdir(join(folder, 'etc/libvirt'), { recursive: true });
    await writeFile(
      join(folder, 'etc/libvirt/libvirt.conf'),
      `uri_default = "qemu:///system?socket=${folder}/nothing"\n`,
    );
    await assert.rejects(connect({ root: folder, environment: {} }), {
      code: 'no-libvirt',
      message: new RegExp(`${folder}/nothing`),
    });
    await writeFile(join(folder, 'etc/libvirt/libvirt.conf'), 'uri_default = qemu\n');
    await assert.rejects(connect({ root: folder, environment: {} }), { code: 'bad-config' });
  });
});

test('something else on the socket is an answer, not a reason to look further', async () => {
  await inFolder(async folder => {
    const server = await listen(join(folder, 'libvirt-sock'), socket =>
      socket
        .on('error', () => undefined)
        .resume()
        .end('220 mail.example ESMTP\r\n'),
    );
    await assert.rejects(connect({ socketDirectory: folder, environment: {} }), {
      name: 'ProtocolError',
      code: 'not-libvirt',
    });
    await new Promise(resolve => server.close(resolve));
  });
});

test('a process ends by itself once a connection to a hanging daemon was given up', async () => {
  await inFolder(async folder => {
    const server = await listen(join(folder, 'libvirt-sock'), socket => socket.on('error', () => undefined).resume());
    const program = `
      import { connect } from ${JSON.stringify(new URL('./connect.js', import.meta.url).href)};
      process.on('unhandledRejection', () => { console.log('unhandled'); });
      await connect({ socketDirectory: ${JSON.stringify(folder)}, environment: {}, timeoutMs: 50 }).catch(error => console.log(error.code));
      console.log('end of program');
    `;
    const began = performance.now();
    const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', program]);
    assert.equal(stdout, 'call-timeout\nend of program\n');
    assert.ok(performance.now() - began < 30_000);
    await new Promise(resolve => server.close(resolve));
  });
});
