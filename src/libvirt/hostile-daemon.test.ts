import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { text, uint32 } from '#formats/libvirt-rpc/codec';
import { messageTypes, writeMessage } from '#formats/libvirt-rpc/message';
import { remoteProgram } from '#formats/libvirt-rpc/procedure';
import { procedures } from '#formats/libvirt-rpc/procedures';
import { openConnection } from '#libvirt/connection';
import { FakeDaemon, reply } from '../../test/fake-daemon.js';

const open = (daemon: FakeDaemon) => openConnection(daemon.stream, 'qemu:///system');
const { connectGetHostname, connectGetUri, authList, connectOpen } = procedures;

/** Opens a connection, lets the daemon misbehave on the first call, and gives how the calls that waited ended. */
async function misbehave(how: (daemon: FakeDaemon, serial: number) => void): Promise<readonly unknown[]> {
  const daemon = new FakeDaemon().open();
  const connection = await open(daemon);
  daemon.on(connectGetHostname, ({ header }) => how(daemon, header.serial));
  const ends = await Promise.all(
    [connection.hostname(), connection.uri(), connection.domains()].map(call =>
      call.then(
        () => 'answered',
        (reason: unknown) => reason,
      ),
    ),
  );
  const end = await connection.closed;
  assert.ok(daemon.stream.destroyed, 'the stream is released');
  await assert.rejects(connection.uri(), end);
  await connection.close();
  return ends;
}

const callHeader = (serial: number, more = {}) => ({
  program: remoteProgram,
  version: 1,
  procedure: 59,
  type: messageTypes.reply,
  serial,
  status: 0,
  ...more,
});
const answer = (serial: number, more = {}): Buffer => writeMessage(callHeader(serial, more), text, 'host');

const fatal: readonly (readonly [saying: string, code: string, how: (daemon: FakeDaemon, serial: number) => void])[] = [
  ['hangs up', 'closed-by-daemon', daemon => daemon.hangUp()],
  [
    'dies in the middle of a message',
    'truncated-message',
    (daemon, serial) => {
      daemon.send(answer(serial).subarray(0, 31));
      daemon.hangUp();
    },
  ],
  [
    'dies in the middle of a length',
    'truncated-message',
    daemon => {
      daemon.send(Buffer.of(0, 0));
      daemon.hangUp();
    },
  ],
  ['claims a message of 4 GiB', 'bad-length', daemon => daemon.send(Buffer.of(0xff, 0xff, 0xff, 0xff))],
  ['claims a message of 33 MiB', 'bad-length', daemon => daemon.send(Buffer.of(0x02, 0x10, 0, 0))],
  ['claims a message of nothing', 'bad-length', daemon => daemon.send(Buffer.alloc(4))],
  ['falls into garbage', 'bad-length', daemon => daemon.send(Buffer.from('segmentation fault (core dumped)'))],
  ['answers a call that was never made', 'unknown-serial', daemon => daemon.send(answer(4711))],
  [
    'answers another call than was made',
    'wrong-procedure',
    (daemon, serial) => daemon.send(answer(serial, { procedure: 60 })),
  ],
  [
    'answers for another program',
    'wrong-procedure',
    (daemon, serial) => daemon.send(answer(serial, { program: 0x2000_8087 })),
  ],
  [
    'answers for a program that does not exist',
    'bad-header',
    (daemon, serial) => daemon.send(answer(serial, { program: 1 })),
  ],
  ['sends a call', 'bad-header', (daemon, serial) => daemon.send(answer(serial, { type: messageTypes.call }))],
  ['sends a stream', 'bad-header', (daemon, serial) => daemon.send(answer(serial, { type: 3 }))],
];
for (const [saying, code, how] of fatal) {
  test(`a daemon that ${saying}: every waiting call is told the same (${code})`, async () => {
    const ends = await misbehave(how);
    assert.deepEqual(
      ends.map(end => (end instanceof Error && 'code' in end ? end.code : end)),
      [code, code, code],
    );
    for (const end of ends) assert.ok(end instanceof Error && 'doThis' in end && String(end.doThis).length > 20);
  });
}

test('a daemon that answers twice is not believed any more', async () => {
  const ends = await misbehave((daemon, serial) => daemon.send(answer(serial), answer(serial)));
  assert.equal(ends[0], 'answered');
  assert.ok(ends[1] instanceof Error && 'code' in ends[1] && ends[1].code === 'unknown-serial');
});

const malformed: readonly (readonly [saying: string, offset: number, message: (serial: number) => Buffer])[] = [
  ['is cut short inside', 28, serial => writeMessage(callHeader(serial), uint32, 400)],
  ['is empty', 28, serial => answer(serial).fill(28, 3, 4).subarray(0, 28)],
  ['goes on too long', 36, serial => Buffer.concat([answer(serial), Buffer.alloc(8)]).fill(44, 3, 4)],
  ['has a status that does not exist', 24, serial => answer(serial, { status: 9 })],
  ['is an error that is none', 32, serial => writeMessage(callHeader(serial, { status: 1 }), uint32, 7)],
];
for (const [saying, offset, message] of malformed) {
  test(`an answer that ${saying} rejects its call alone, and says where`, async () => {
    const daemon = new FakeDaemon().open().answer(connectGetUri, { uri: 'qemu:///system' });
    daemon.on(connectGetHostname, ({ header }) => daemon.send(message(header.serial)));
    const connection = await open(daemon);
    await assert.rejects(connection.hostname(), { name: 'ProtocolError', code: 'malformed-answer', offset });
    assert.equal(await connection.uri(), 'qemu:///system');
    await connection.close();
  });
}

const strangers: readonly (readonly [who: string, says: Buffer])[] = [
  ['an SSH server', Buffer.from('SSH-2.0-OpenSSH_9.2p1 Debian-2+deb12u3\r\n')],
  ['a web server', Buffer.from('HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n')],
  ['zeros', Buffer.alloc(64)],
  ['something with a length word', Buffer.concat([Buffer.of(0, 0, 0, 40), Buffer.alloc(36, 7)])],
];
for (const [who, says] of strangers) {
  test(`${who} is not taken for libvirt`, async () => {
    const daemon = new FakeDaemon();
    daemon.on(authList, () => daemon.send(says));
    await assert.rejects(open(daemon), { name: 'ProtocolError', code: 'not-libvirt' });
    assert.ok(daemon.stream.destroyed);
  });
}

test('a daemon that says nothing: the call ends in time, the connection stays, the late answer is dropped', async () => {
  const daemon = new FakeDaemon().open().answer(connectGetUri, { uri: 'qemu:///system' });
  const connection = await open(daemon);
  await assert.rejects(connection.hostname({ timeoutMs: 20 }), {
    name: 'CallTimeout',
    code: 'call-timeout',
    procedure: 'connect_get_hostname',
    timeoutMs: 20,
    wasSent: true,
  });
  const [call] = daemon.callsOf(connectGetHostname);
  assert.ok(call);
  daemon.send(reply(call.header, connectGetHostname.result, { hostname: 'late' }));
  assert.equal(await connection.uri(), 'qemu:///system');
  await connection.close();
});

test('no more calls are at the daemon than it listens to; those given up there still count, those that wait here are never sent', async () => {
  const daemon = new FakeDaemon().open().answer(connectGetUri, { uri: 'qemu:///system' });
  const connection = await openConnection(daemon.stream, '', { callsAtOnce: 2 });
  const slow = [connection.hostname({ timeoutMs: 20 }), connection.hostname({ timeoutMs: 5000 })];
  const queued = connection.hostname({ timeoutMs: 40 });
  const last = connection.uri();
  await assert.rejects(slow[0] ?? queued, { code: 'call-timeout', wasSent: true });
  await assert.rejects(queued, { code: 'call-timeout', wasSent: false });
  assert.equal(daemon.callsOf(connectGetHostname).length, 2);
  assert.equal(daemon.callsOf(connectGetUri).length, 0);
  const [first] = daemon.callsOf(connectGetHostname);
  assert.ok(first);
  daemon.send(reply(first.header, connectGetHostname.result, { hostname: 'late' }));
  assert.equal(await last, 'qemu:///system');
  const closing = connection.close();
  await assert.rejects(slow[1] ?? queued, { code: 'closed' });
  await closing;
  assert.equal(daemon.callsOf(connectGetHostname).length, 2);
});

test('a daemon that says nothing at all: opening ends in time and releases the stream', async () => {
  const daemon = new FakeDaemon();
  await assert.rejects(openConnection(daemon.stream, '', { timeoutMs: 20 }), {
    name: 'CallTimeout',
    procedure: 'auth_list',
  });
  assert.ok(daemon.stream.destroyed);
});

test('a daemon that is gone before anything is said', async () => {
  const daemon = new FakeDaemon();
  daemon.stream.destroy();
  await assert.rejects(open(daemon), { name: 'ConnectionError', code: 'closed-by-daemon' });
});

test('an answer that lies unread while this program is busy is not called late', async () => {
  const daemon = new FakeDaemon().open().answer(connectGetHostname, { hostname: 'h' });
  const connection = await open(daemon);
  const answer = connection.hostname({ timeoutMs: 30 });
  setImmediate(() => {
    const until = performance.now() + 60;
    while (performance.now() < until);
  });
  assert.equal(await answer, 'h');
  await connection.close();
});

test('a daemon that gives no sign of life is left, one that answers pings is not', async () => {
  const silent = new FakeDaemon().open('understands keepalive');
  const connection = await openConnection(silent.stream, '', { keepalive: { intervalMs: 10, count: 3 } });
  const waiting = connection.hostname();
  await assert.rejects(waiting, { name: 'ConnectionError', code: 'dead-peer' });
  const pings = silent.received.filter(({ header }) => header.program === 0x6b656570);
  assert.equal(pings.length, 3);

  const alive = new FakeDaemon().open('understands keepalive');
  const pong = Buffer.from('0000001c6b6565700000000100000002000000020000000000000000', 'hex');
  const answering = setInterval(() => alive.send(pong), 5);
  const other = await openConnection(alive.stream, '', { keepalive: { intervalMs: 10, count: 1 } });
  await new Promise(resolve => setTimeout(resolve, 100));
  assert.equal(alive.stream.destroyed, false);
  clearInterval(answering);
  await other.close();
});

test('who must log in with a password is told what to do', async () => {
  const daemon = new FakeDaemon().open().answer(authList, { types: [1] });
  await assert.rejects(open(daemon), { name: 'AuthError', code: 'sasl-required' });
  const strange = new FakeDaemon().open().answer(authList, { types: [9] });
  await assert.rejects(open(strange), { name: 'AuthError', code: 'unknown-method' });
  assert.deepEqual(strange.callsOf(connectOpen), []);
});

test('polkit is asked by the daemon, and its no is final', async () => {
  const { authPolkit } = procedures;
  const yes = new FakeDaemon()
    .open()
    .answer(authList, { types: [2] })
    .answer(authPolkit, { complete: true });
  await (await open(yes)).close();
  const refused = new FakeDaemon()
    .open()
    .answer(authList, { types: [2] })
    .refuse(authPolkit, { code: 79, message: 'cancelled' });
  await assert.rejects(open(refused), { name: 'AuthError', code: 'polkit-refused', message: /cancelled/ });
  const no = new FakeDaemon()
    .open()
    .answer(authList, { types: [2] })
    .answer(authPolkit, { complete: false });
  await assert.rejects(open(no), { name: 'AuthError', code: 'polkit-refused' });
});

const known = /^(ProtocolError|ConnectionError)$/;

test('whatever bytes come, calls end with a known error and nothing stays behind', async () => {
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 120 }), fc.boolean(), async (noise, framed) => {
      const daemon = new FakeDaemon().open();
      const connection = await open(daemon);
      daemon.on(connectGetHostname, ({ header }) => {
        daemon.send(framed ? Buffer.concat([answer(header.serial).subarray(0, 28), noise]) : noise);
        daemon.hangUp();
      });
      const end = await connection.hostname().then(
        () => undefined,
        (reason: unknown) => reason,
      );
      assert.ok(end === undefined || (end instanceof Error && known.test(end.name)), String(end));
      assert.match((await connection.closed).name, known);
      assert.ok(daemon.stream.destroyed);
    }),
    { numRuns: 300 },
  );
});
