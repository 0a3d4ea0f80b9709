import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import test, { after, before } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { recordSources } from '#collect/bundle/bundle-of-sources';
import { sourcesOfBundle } from '#collect/bundle/sources-of-bundle';
import { fetchAnswers, fetchSecondSample } from '#collect/fetch-answers';
import { guests } from '#collect/guests';
import { collectMachine } from '#collect/machine';
import { networks } from '#collect/networks';
import { pools } from '#collect/pools';
import type { Sources } from '#collect/sources';
import { parseOwnBundle } from '#formats/bundle/own/parse-own-bundle';
import { printOwnBundle } from '#formats/bundle/own/print-own-bundle';
import type { Connection } from '#libvirt/connection';
import type { Guest } from '#model/guest';
import { unknown } from '#model/known';
import { noCommands } from '#transport/commands';
import { localTree } from '#transport/local-tree';
import { mib } from '#units/bytes';
import { knownValue } from '../domain-facts.js';
import { type BusyboxGuest, busyboxGuest, noBusyboxGuest } from './busybox-guest.js';
import { noPrivateLibvirtd, type PrivateLibvirtd, startPrivateLibvirtd } from './private-libvirtd.js';

const skip = noPrivateLibvirtd() ?? noBusyboxGuest();
let daemon: PrivateLibvirtd;
let connection: Connection;
let kit: BusyboxGuest;
let images: string;

before(async () => {
  if (skip !== undefined) return;
  [daemon, kit] = await Promise.all([startPrivateLibvirtd(), busyboxGuest()]);
  connection = await daemon.connect();
  images = join(daemon.folder, 'images');
  await daemon.enter('mkdir', images);
  await daemon.enter('qemu-img', 'create', '-q', '-f', 'qcow2', join(images, 'base.qcow2'), '64M');
  await daemon.enter(
    ...(['qemu-img', 'create', '-q', '-f', 'qcow2', '-b', join(images, 'base.qcow2'), '-F', 'qcow2'] as const),
    join(images, 'top.qcow2'),
  );
  await daemon.enter('qemu-img', 'create', '-q', '-f', 'raw', join(images, 'other.raw'), '8M');
});
after(async () => {
  await connection?.close();
  await daemon?.stop();
});

/** What the daemon's machine can be asked. */
const look = async (asked: Connection = connection): Promise<Sources> => ({
  files: localTree(`/proc/${daemon.namespacePid}/root`, { missing: 'absent' }),
  libvirt: await fetchAnswers(asked, { openReadWrite: () => daemon.connect({ allow: 'reads' }) }),
  commands: noCommands,
});

const named = (sources: Sources, name: string): Guest =>
  knownValue(guests.read(sources)).find(guest => guest.name === name) ?? assert.fail(`no guest ${name}`);

test('a guest that runs and one that is off, as libvirt, the kernel and the files tell of them', { skip }, async () => {
  const disk = `<disk type='file'><driver name='qemu' type='qcow2' cache='none'/><source file='${images}/top.qcow2'/><target dev='vda' bus='virtio'/></disk>`;
  const log = join(daemon.folder, 'log/console');
  const metadata = `<metadata><n:intents xmlns:n='https://nearmetal.dev/xmlns/domain/1'><n:intent>latency</n:intent></n:intents></metadata>`;
  const up = await connection.defineDomain(
    kit.xml({
      name: 'up',
      vcpus: 2,
      console: log,
      devices: disk,
      elements: `<currentMemory unit='MiB'>96</currentMemory>${metadata}`,
    }),
  );
  await connection.defineDomain(
    kit.xml({
      name: 'off',
      devices: `<disk type='file'><source file='${images}/other.raw'/><target dev='vda'/></disk>`,
    }),
  );
  await daemon.virsh('autostart', 'off');
  await daemon.virsh('pool-create-as', 'images', 'dir', '--target', images);
  await connection.startDomain(up);
  while (!(await readFile(log, 'latin1')).includes('nearmetal guest is up')) await sleep(100);

  const readOnly = await daemon.connect({ readOnly: true });
  const first = await look(readOnly);
  assert.ok('domains' in first.libvirt);
  await sleep(1000);
  const again = await fetchSecondSample(readOnly, first.libvirt);
  await readOnly.close();
  const sources: Sources = { ...first, later: { files: first.files, libvirt: again, afterMs: 1000 } };

  const guest = named(sources, 'up');
  assert.equal(knownValue(guest.state), 'running');
  assert.deepEqual(
    [knownValue(guest.autostart), knownValue(guest.isPersistent), knownValue(guest.hasManagedSave)],
    [false, true, false],
  );
  assert.equal(knownValue(guest.config.memory), mib(128));
  assert.equal(knownValue(guest.config.currentMemory), mib(96));
  assert.deepEqual(knownValue(guest.declaredIntents), ['latency']);
  assert.equal(knownValue(guest.live).balloon.state, 'known');
  const stats = knownValue(guest.stats);
  assert.equal(stats.balloonMaximum, mib(128));
  assert.equal(stats.vcpus.length, 2);
  assert.ok((stats.residentSize ?? 0) > mib(10));
  assert.ok(knownValue(guest.load).demand < 3);
  const pid = knownValue(guest.process.pid);
  assert.match(await readFile(`/proc/${pid}/cmdline`, 'latin1'), /guest=up/);
  assert.equal(guest.process.anonymousHugePages.state, 'known');

  const image = knownValue(knownValue(guest.config.disks)[0]?.image ?? assert.fail());
  assert.deepEqual(
    [image.path, image.format, image.virtualSize, image.clusterSize],
    [`${images}/top.qcow2`, 'qcow2', mib(64), 65_536],
  );
  assert.ok((image.allocated ?? 0) > 100_000 && (image.allocated ?? 0) < mib(4), `${image.allocated} bytes are taken`);
  assert.deepEqual(
    image.backing?.map(layer => [layer.path, layer.virtualSize]),
    [[`${images}/base.qcow2`, mib(64)]],
  );

  const off = named(sources, 'off');
  assert.deepEqual(
    [knownValue(off.state), knownValue(off.autostart), off.live.state, off.stats.state],
    ['shut-off', true, 'absent', 'absent'],
  );
  const raw = knownValue(knownValue(off.config.disks)[0]?.image ?? assert.fail());
  assert.deepEqual([raw.format, raw.virtualSize, raw.backing], ['raw', mib(8), []]);
  assert.ok((raw.allocated ?? mib(8)) < 100_000);

  assert.deepEqual(
    knownValue(pools.read(sources)).map(({ name, type, isActive, path }) => ({ name, type, isActive, path })),
    [{ name: 'images', type: 'dir', isActive: true, path: images }],
  );
  assert.equal(
    knownValue(networks.read(sources)).every(network => !knownValue(network.isActive)),
    true,
  );
  const { domainCapabilities } = first.libvirt;
  assert.ok(
    'value' in domainCapabilities && domainCapabilities.value.every(xml => xml.startsWith('<domainCapabilities>')),
  );

  const recording = recordSources(sources);
  const seen = JSON.stringify(collectMachine({ source: 'live', extent: 'host', sources: recording.sources }));
  const info = { version: '0', time: new Date(), source: 'live', host: undefined, readings: [] };
  const { bundle, notes } = parseOwnBundle(printOwnBundle(recording.bundle(info)));
  assert.deepEqual(notes, []);
  const kept = collectMachine({ source: 'live', extent: 'host', sources: sourcesOfBundle(bundle) });
  assert.equal(JSON.stringify(kept), seen, 'the bundle tells the same of this machine');

  const filesOnly = { ...sources, libvirt: unknown('not asked') };
  const fromFiles = named(filesOnly, 'up');
  assert.deepEqual([knownValue(fromFiles.state), knownValue(fromFiles.process.pid)], ['running', pid]);
  assert.equal(fromFiles.config.source, '/etc/libvirt/qemu/up.xml');
  assert.equal(knownValue(fromFiles.config.memory), mib(128));
  assert.deepEqual(
    [knownValue(named(filesOnly, 'off').state), knownValue(named(filesOnly, 'off').autostart)],
    ['shut-off', true],
  );
  await daemon.virsh('destroy', 'up');
});

test('on a read-only connection alone, domain capabilities are unknown and the rest is told', { skip }, async () => {
  const readOnly = await daemon.connect({ readOnly: true });
  const answers = await fetchAnswers(readOnly);
  await readOnly.close();
  assert.match('error' in answers.domainCapabilities ? answers.domainCapabilities.error : '', /read-write/);
  assert.ok('value' in answers.capabilities && 'value' in answers.domains && 'value' in answers.node);
});

test('a connection that ends leaves errors, each with what to do, and nothing hanging', { skip }, async () => {
  const lost = await daemon.connect();
  await lost.close();
  const answers = await fetchAnswers(lost);
  for (const part of [
    'libvirtVersion',
    'capabilities',
    'domainCapabilities',
    'domains',
    'networks',
    'pools',
  ] as const) {
    const answer = answers[part];
    assert.ok('error' in answer && answer.error !== '', part);
  }
});

test('two hundred defined guests are asked for in well under a tenth of a second', { skip }, async t => {
  const many = Array.from({ length: 200 }, (_, at) =>
    connection.defineDomain(kit.xml({ name: `many-${at}`, memoryMib: 64 })),
  );
  await Promise.all(many);
  await fetchAnswers(connection);
  const begin = performance.now();
  const answers = await fetchAnswers(connection);
  const asked = performance.now() - begin;
  const read = performance.now();
  const found = knownValue(
    guests.read({ files: localTree('/nowhere', { missing: 'not-captured' }), libvirt: answers, commands: noCommands }),
  );
  t.diagnostic(`asked in ${asked.toFixed(0)} ms, read in ${(performance.now() - read).toFixed(0)} ms`);
  assert.equal(found.filter(guest => guest.name.startsWith('many-')).length, 200);
  assert.ok(asked < 1000);
});
