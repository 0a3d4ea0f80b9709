import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import test, { after, before } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { domainStatsFlags, domainStatsGroups } from '#formats/libvirt-rpc/flags';
import type { Domain } from '#formats/libvirt-rpc/objects';
import type { Connection } from '#libvirt/connection';
import type { DomainEvents } from '#libvirt/event-kinds';
import { type BusyboxGuest, busyboxGuest, noBusyboxGuest } from './busybox-guest.js';
import { noPrivateLibvirtd, type PrivateLibvirtd, startPrivateLibvirtd } from './private-libvirtd.js';

const skip = noPrivateLibvirtd() ?? noBusyboxGuest();
let daemon: PrivateLibvirtd;
let connection: Connection;
let kit: BusyboxGuest;

before(async () => {
  if (skip !== undefined) return;
  [daemon, kit] = await Promise.all([startPrivateLibvirtd(), busyboxGuest()]);
  connection = await daemon.connect();
});
after(async () => {
  await connection?.close();
  await daemon?.stop();
});

/** Waits until something holds, at most a minute. */
async function until(what: string, holds: () => boolean | Promise<boolean>): Promise<void> {
  for (let attempt = 0; attempt < 600; attempt++) {
    if (await holds()) return;
    await sleep(100);
  }
  assert.fail(`waited in vain: ${what}`);
}

const short = ({ event, detail, domain }: DomainEvents['lifecycle']): string => `${domain.name} ${event} ${detail}`;

test('a guest from definition to its end, with what it is, what it uses and what is told of it', { skip }, async () => {
  const seen: string[] = [];
  const onlyOther: string[] = [];
  const other = await connection.defineDomain(kit.xml({ name: 'other' }));
  const subscription = await connection.watchDomains('lifecycle', event => seen.push(short(event)));
  await connection.watchDomains('lifecycle', event => onlyOther.push(short(event)), { domain: other });

  const disk = join(daemon.folder, 'disk.qcow2');
  await daemon.enter('qemu-img', 'create', '-q', '-f', 'qcow2', disk, '64M');
  const log = join(daemon.folder, 'log/console');
  const defined = await connection.defineDomain(
    kit.xml({
      name: 'box',
      vcpus: 2,
      console: log,
      elements: "<cputune><vcpupin vcpu='1' cpuset='0'/></cputune>",
      devices: `<disk type='file'><driver name='qemu' type='qcow2'/><source file='${disk}'/><target dev='vda' bus='virtio'/></disk>`,
    }),
  );
  const guest = await connection.startDomain(defined);
  assert.ok(guest.id > 0);
  await until('the guest says that it is up', async () =>
    (await readFile(log, 'latin1')).includes('nearmetal guest is up'),
  );

  await lookAt(guest, disk);

  await connection.destroyDomain(guest);
  await connection.undefineDomain(guest);
  await until('the last event', () => seen.at(-1) === 'box undefined removed');
  // some releases tell of the processors' start, of QEMU's shutdown, too
  const told = seen.filter(event => !/resumed|shutdown host/.test(event));
  const expected = ['box defined added', 'box started booted', 'box stopped destroyed', 'box undefined removed'];
  assert.deepEqual(told, expected);
  assert.deepEqual(onlyOther, []);

  await subscription.stop();
  await connection.undefineDomain(other);
  await until('the event of the other', () => onlyOther.length > 0);
  assert.deepEqual(onlyOther, ['other undefined removed']);
  assert.ok(!seen.includes('other undefined removed'));
});

async function lookAt(guest: Domain, disk: string): Promise<void> {
  const [live, inactive] = await Promise.all([
    connection.domainXml(guest),
    connection.domainXml(guest, { inactive: true }),
  ]);
  assert.notEqual(live, inactive);
  assert.match(live, /<domain type='qemu' id='\d+'>/);
  assert.match(live, /<alias name='virtio-disk0'\/>/);
  assert.doesNotMatch(inactive, /<alias/);
  assert.equal(`${live}\n`, await daemon.virsh('dumpxml', 'box'));
  assert.equal(`${inactive}\n`, await daemon.virsh('dumpxml', 'box', '--inactive'));

  const { state, reason } = await connection.domainState(guest);
  assert.deepEqual([state, reason], ['running', 'booted']);
  assert.deepEqual(
    (await connection.domains({ flags: 1 })).map(({ name }) => name),
    ['box'],
  );
  assert.deepEqual(await connection.domainById(guest.id), guest);
  assert.ok((await connection.domainInfo(guest)).cpuTimeNs > 0n);
  assert.deepEqual((await connection.jobInfo(guest)).type, 'none');
  assert.equal(await connection.blockJob(guest, 'vda'), undefined);
  assert.equal((await connection.blockInfo(guest, 'vda')).capacity, 67_108_864n);
  assert.deepEqual(await connection.blockInfo(guest, disk), await connection.blockInfo(guest, 'vda'));

  const { online } = await connection.cpuMap();
  const vcpus = await connection.vcpus(guest);
  assert.deepEqual(
    vcpus.map(({ number, state: vcpuState, allowed }) => [number, vcpuState, String(allowed)]),
    [
      [0, 'running', String(online)],
      [1, 'running', '0'],
    ],
  );
  assert.equal(vcpus[1]?.cpu, 0);
  assert.deepEqual((await connection.vcpuPins(guest)).map(String), [String(online), '0']);

  const memory = await connection.domainMemoryStats(guest);
  assert.equal(memory.get('actual'), 131_072n);
  assert.ok((memory.get('rss') ?? 0n) > 10_000n);
  assert.ok((await connection.domainMessages(guest)).some(message => message.startsWith('tainted: ')));
  await assert.rejects(connection.agentCommand(guest, '{"execute":"guest-ping"}'), { name: 'LibvirtError', code: 74 });
  await statisticsOf(guest, disk);
}

async function statisticsOf(guest: Domain, disk: string): Promise<void> {
  const all = await connection.domainStats();
  assert.deepEqual(all.map(({ domain }) => domain.name).sort(), ['box', 'other']);
  const [record] = await connection.domainStats({ domains: [guest], flags: domainStatsFlags.backing });
  assert.ok(record);
  const { values } = record;
  assert.equal(values.get('state.state'), 1);
  assert.equal(values.get('balloon.current'), 131_072n);
  assert.equal(values.get('vcpu.maximum'), 2);
  assert.equal(values.get('block.0.path'), disk);
  assert.equal(values.get('block.0.capacity'), 67_108_864n);
  assert.equal(typeof values.get('cpu.time'), 'bigint');
  const [small] = await connection.domainStats({ domains: [guest], groups: domainStatsGroups.state });
  assert.deepEqual([...(small?.values.keys() ?? [])], ['state.state', 'state.reason']);
  // what virsh prints of it, line by line; what counts up meanwhile is left out
  const raw = await daemon.virsh('domstats', '--raw', '--state', '--balloon', 'box');
  const printed = new Set(raw.split('\n').map(line => line.trim()));
  for (const name of ['state.state', 'balloon.current', 'balloon.maximum'])
    assert.ok(printed.has(`${name}=${values.get(name)}`), name);
}

test('a guest that switches itself off is told of, and a transient one is gone then', { skip }, async () => {
  const seen: string[] = [];
  await connection.watchDomains('lifecycle', event => seen.push(short(event)));
  const guest = await connection.createDomain(kit.xml({ name: 'brief', powerOffAfterS: 0 }));
  assert.equal(await connection.isPersistent(guest), false);
  await until('the guest has stopped', () => seen.includes('brief stopped shutdown'));
  await until('the guest is gone', async () => (await connection.domains()).every(({ name }) => name !== 'brief'));
});

test('a guest that hangs costs the calls about it their time, not the connection', { skip }, async () => {
  // a daemon that gives up clients after two seconds without a sign of life
  const strict = await startPrivateLibvirtd({ libvirtdConf: 'keepalive_interval = 1\nkeepalive_count = 1' });
  try {
    const ours = await strict.connect();
    const guest = await ours.startDomain(await ours.defineDomain(kit.xml({ name: 'stuck' })));
    const pid = Number(await readFile(join(strict.folder, 'run/qemu/stuck.pid'), 'utf8'));
    process.kill(pid, 'SIGSTOP');
    const asked = Array.from({ length: 8 }, () => ours.domainMemoryStats(guest, { timeoutMs: 3500 }));
    const ends = await Promise.allSettled(asked);
    assert.ok(ends.every(({ status }) => status === 'rejected'));
    for (const each of asked) await assert.rejects(each, { code: 'call-timeout' });
    // what does not need the guest itself is asked over another connection
    const other = await strict.connect();
    assert.equal((await other.domainState(guest)).state, 'running');
    const [stats] = await other.domainStats({ flags: domainStatsFlags.noWait });
    assert.equal(stats?.values.get('state.state'), 1);
    process.kill(pid, 'SIGCONT');
    assert.equal(await ours.uri(), 'qemu:///system');
    await Promise.all([ours.close(), other.close()]);
  } finally {
    await strict.stop();
  }
});

test('two private daemons know nothing of each other', { skip }, async () => {
  const second = await startPrivateLibvirtd();
  try {
    const theirs = await second.connect();
    const guest = await connection.defineDomain(kit.xml({ name: 'mine' }));
    assert.deepEqual(await theirs.domains(), []);
    await theirs.defineDomain(kit.xml({ name: 'yours' }));
    assert.ok((await connection.domains()).every(({ name }) => name !== 'yours'));
    await connection.undefineDomain(guest);
    await theirs.close();
  } finally {
    await second.stop();
  }
});
