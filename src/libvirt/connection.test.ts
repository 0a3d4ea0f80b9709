import assert from 'node:assert/strict';
import test from 'node:test';
import { int32, struct } from '#formats/libvirt-rpc/codec';
import { messageStatuses, messageTypes, writeMessage } from '#formats/libvirt-rpc/message';
import { remoteProgram } from '#formats/libvirt-rpc/procedure';
import { procedures } from '#formats/libvirt-rpc/procedures';
import { domainEvents } from '#formats/libvirt-rpc/procedures/event';
import { openConnection } from '#libvirt/connection';
import { ConnectionError } from '#libvirt/connection-error';
import type { LibvirtError } from '#libvirt/libvirt-error';
import { ProtocolError } from '#libvirt/protocol-error';
import { FakeDaemon, reply } from '../../test/fake-daemon.js';

const guest = { name: 'db01', uuid: '4dea22b3-1d52-d8f3-2516-782e98ab3fa0', id: 3 };
const open = (daemon: FakeDaemon) => openConnection(daemon.stream, 'qemu:///system');

test('opening asks who may log in, opens the URI, asks about keepalive', async () => {
  const daemon = new FakeDaemon().open();
  const connection = await openConnection(daemon.stream, 'qemu:///system', { readOnly: true });
  assert.deepEqual(
    daemon.received.map(({ header }) => header.procedure),
    [66, 1, 60],
  );
  const [opened] = daemon.callsOf(procedures.connectOpen);
  assert.equal(
    opened?.payload.toString('hex'),
    '00000001' + '0000000e' + '71656d753a2f2f2f73797374656d' + '0000' + '00000001',
  );
  await connection.close();
  assert.equal(daemon.callsOf(procedures.connectClose).length, 1);
});

test('answers find their calls in whatever order they come', async () => {
  const daemon = new FakeDaemon().open();
  const connection = await open(daemon);
  const { result } = procedures.connectGetHostname;
  daemon.on(procedures.connectGetHostname, () => {
    const calls = daemon.callsOf(procedures.connectGetHostname);
    if (calls.length < 3) return;
    daemon.send(...calls.map(({ header }) => reply(header, result, { hostname: `host${header.serial}` })).reverse());
  });
  const names = await Promise.all([connection.hostname(), connection.hostname(), connection.hostname()]);
  const serials = daemon.callsOf(procedures.connectGetHostname).map(({ header }) => header.serial);
  assert.deepEqual(
    names,
    serials.map(serial => `host${serial}`),
  );
  await connection.close();
});

test('an error of the daemon has its number, its name and a remedy', async () => {
  const daemon = new FakeDaemon().open().refuse(procedures.domainLookupByName, { code: 42, message: 'no domain x' });
  const connection = await open(daemon);
  await assert.rejects(connection.domainByName('x'), (error: LibvirtError) => {
    assert.equal(error.name, 'LibvirtError');
    assert.equal(error.code, 42);
    assert.equal(error.codeName, 'VIR_ERR_NO_DOMAIN');
    assert.equal(error.domain, 'VIR_FROM_QEMU');
    assert.equal(error.level, 'error');
    assert.equal(error.procedure, 'domain_lookup_by_name');
    assert.equal(error.message, 'no domain x');
    assert.match(error.doThis, /List the guests again/);
    return true;
  });
  await connection.close();
});

test('calls that may change something are not sent where only reading is allowed', async () => {
  const daemon = new FakeDaemon().open().answer(procedures.connectGetHostname, { hostname: 'h' });
  const connection = await openConnection(daemon.stream, '', { allow: 'reads' });
  await assert.rejects(connection.destroyDomain(guest), { name: 'CallRefused', code: 'call-refused' });
  await assert.rejects(connection.agentCommand(guest, '{}'), { name: 'CallRefused' });
  await assert.rejects(connection.defineDomain('<domain/>'), { name: 'CallRefused' });
  assert.equal(await connection.hostname(), 'h');
  assert.equal(daemon.received.length, 4);
  await connection.close();
});

test('an argument that libvirt could not take rejects its call alone', async () => {
  const daemon = new FakeDaemon().open().answer(procedures.connectGetHostname, { hostname: 'h' });
  const connection = await open(daemon);
  await assert.rejects(connection.domainByName('x'.repeat(5_000_000)), { name: 'XdrError', code: 'too-long' });
  await assert.rejects(connection.domainByUuid('nonsense'), { name: 'XdrError', code: 'out-of-range' });
  assert.equal(await connection.hostname(), 'h');
  await connection.close();
});

test('closing rejects what waits, tells the daemon, and may be repeated', async () => {
  const daemon = new FakeDaemon().open();
  const connection = await open(daemon);
  const waiting = connection.hostname();
  const [first, second] = [connection.close(), connection.close()];
  await assert.rejects(waiting, { name: 'ConnectionError', code: 'closed' });
  await Promise.all([first, second, connection.close()]);
  assert.equal(daemon.callsOf(procedures.connectClose).length, 1);
  assert.ok(daemon.stream.destroyed);
  const end = await connection.closed;
  assert.ok(end instanceof ConnectionError && end.code === 'closed');
  await assert.rejects(connection.hostname(), { code: 'closed' });
});

test('a signal ends one call, or all that share it, or the connection', async () => {
  const daemon = new FakeDaemon().open();
  const whole = new AbortController();
  const connection = await openConnection(daemon.stream, '', { signal: whole.signal });
  const some = new AbortController();
  const waiting = Array.from({ length: 50 }, () => connection.hostname({ signal: some.signal }));
  const other = connection.uri();
  some.abort(new Error('enough'));
  for (const each of waiting) await assert.rejects(each, /enough/);
  await assert.rejects(connection.hostname({ signal: some.signal }), /enough/);
  whole.abort();
  await assert.rejects(other, { name: 'AbortError' });
  assert.equal((await connection.closed).name, 'AbortError');
});

test('a signal that is aborted already opens nothing', async () => {
  const daemon = new FakeDaemon().open();
  await assert.rejects(openConnection(daemon.stream, '', { signal: AbortSignal.abort(new Error('never')) }), /never/);
  assert.ok(daemon.stream.destroyed);
});

test('pings are answered, by day and by night', async () => {
  const daemon = new FakeDaemon().open();
  const connection = await open(daemon);
  const ping = Buffer.from('0000001c6b6565700000000100000001000000020000000000000000', 'hex');
  daemon.send(ping, ping);
  await new Promise(resolve => setImmediate(resolve));
  const pongs = daemon.received.filter(({ header }) => header.program === 0x6b656570);
  assert.deepEqual(
    pongs.map(({ header }) => [header.procedure, header.type, header.serial]),
    [
      [2, 2, 0],
      [2, 2, 0],
    ],
  );
  await connection.close();
});

const subscriptions = { callback: 7 };
const lifecycleEvent = (callback: number, event: number, detail: number): Buffer =>
  writeMessage(
    {
      program: remoteProgram,
      version: 1,
      procedure: 318,
      type: messageTypes.event,
      serial: 0,
      status: messageStatuses.ok,
    },
    struct({ callback: int32, what: domainEvents.lifecycle.payload }),
    { callback, what: { domain: guest, event, detail } },
  );

test('an event that comes on the heels of the subscription is not missed, and one for nobody is left alone', async () => {
  const daemon = new FakeDaemon().open().answer(procedures.connectDomainEventCallbackDeregisterAny, undefined);
  const connection = await open(daemon);
  const { result } = procedures.connectDomainEventCallbackRegisterAny;
  daemon.on(procedures.connectDomainEventCallbackRegisterAny, ({ header }) => {
    daemon.send(
      lifecycleEvent(8, 0, 0),
      reply(header, result, subscriptions),
      lifecycleEvent(7, 5, 1),
      lifecycleEvent(9, 0, 0),
    );
  });
  const seen: unknown[] = [];
  const subscription = await connection.watchDomains('lifecycle', event => seen.push(event));
  assert.deepEqual(seen, [{ domain: guest, event: 'stopped', detail: 'destroyed' }]);
  await subscription.stop();
  daemon.send(lifecycleEvent(7, 2, 0));
  await connection.close();
  assert.equal(seen.length, 1);
});

test('an event that cannot be understood ends the connection, since nothing else would tell of it', async () => {
  const daemon = new FakeDaemon().open().answer(procedures.connectDomainEventCallbackRegisterAny, subscriptions);
  const connection = await open(daemon);
  await connection.watchDomains('lifecycle', () => undefined);
  const event = lifecycleEvent(7, 5, 1);
  event.writeUInt32BE(1000, 32);
  daemon.send(event);
  const end = await connection.closed;
  assert.ok(end instanceof ProtocolError && end.code === 'malformed-event' && end.offset === 32);
});

test('values that libvirt wants counted first are asked for twice', async () => {
  const daemon = new FakeDaemon().open();
  const connection = await open(daemon);
  const { result } = procedures.nodeGetCpuStats;
  daemon.on(procedures.nodeGetCpuStats, ({ header, payload }) => {
    const counters = [{ name: 'idle', value: 2n ** 60n }];
    daemon.send(
      reply(header, result, payload.readInt32BE(4) === 0 ? { counters: [], count: 1 } : { counters, count: 1 }),
    );
  });
  assert.deepEqual(await connection.cpuStats(), new Map([['idle', 2n ** 60n]]));
  await connection.close();
});
