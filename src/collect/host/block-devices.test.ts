import assert from 'node:assert/strict';
import test from 'node:test';
import { blockDevices } from '#collect/host/block-devices';
import { gib } from '#units/bytes';
import { type SketchedFile, sourcesOf } from '../../../test/sources-of.js';

type Files = Readonly<Record<string, SketchedFile>>;

const below = (path: string, files: Readonly<Record<string, string>>): Files =>
  Object.fromEntries(Object.entries(files).map(([name, text]) => [`${path}/${name}`, `${text}\n`]));
const read = (files: Files) => {
  const fact = blockDevices.read(sourcesOf(files));
  assert.equal(fact.state, 'known', JSON.stringify(fact));
  return new Map(fact.state === 'known' ? fact.value.map(device => [device.name, device]) : []);
};

const real = '/sys/devices/pci0000:80/0000:80:01.0/0000:81:00.0/host0/target0:0:0/0:0:0:0/block/sda';
const sda: Files = {
  '/sys/block/sda': { link: '../devices/pci0000:80/0000:80:01.0/0000:81:00.0/host0/target0:0:0/0:0:0:0/block/sda' },
  ...below(real, {
    dev: '8:0',
    size: '2097152',
    removable: '0',
    'queue/rotational': '1',
    'queue/scheduler': 'none [mq-deadline] kyber bfq ',
    'queue/nr_requests': '256',
    'queue/zoned': 'none',
    'mq/0/nr_tags': '32',
    'sda1/dev': '8:1',
    'sda1/partition': '1',
    'sda2/dev': '8:2',
    'device/vendor': 'ATA     ',
    'device/model': 'Disk 1          ',
  }),
  '/sys/devices/pci0000:80/0000:80:01.0/0000:81:00.0/numa_node': '1\n',
  '/run/udev/data/b8:0': 'E:ID_WWN=0x5000\nE:ID_FS_TYPE=\nE:SYSTEMD_READY=1\n',
};

test('a disk with its queue, partitions, model, node and properties', () => {
  assert.deepEqual(read(sda).get('sda'), {
    name: 'sda',
    number: '8:0',
    size: gib(1),
    isRotational: true,
    scheduler: 'mq-deadline',
    schedulers: ['none', 'mq-deadline', 'kyber', 'bfq'],
    queues: 1,
    requests: 256,
    slaves: [],
    partitions: [
      { name: 'sda1', number: '8:1' },
      { name: 'sda2', number: '8:2' },
    ],
    kind: 'scsi',
    model: 'ATA Disk 1',
    mapName: undefined,
    mapUuid: undefined,
    isRequestBased: true,
    backingFile: undefined,
    isBackingDeleted: false,
    isRemovable: false,
    zoned: 'none',
    node: 1,
    properties: new Map([
      ['ID_WWN', '0x5000'],
      ['ID_FS_TYPE', ''],
    ]),
  });
});

test('multipath takes requests, logical volumes pass bios on', () => {
  const devices = read({
    ...below('/sys/block/dm-0', {
      dev: '254:0',
      size: '8',
      'dm/name': 'mpatha',
      'dm/uuid': 'mpath-36001',
      'queue/scheduler': '[none] mq-deadline',
      'mq/0/nr_tags': '1',
      'slaves/sda/dev': '8:0',
      'slaves/sdb/dev': '8:16',
    }),
    ...below('/sys/block/dm-1', {
      dev: '254:1',
      size: '8',
      'dm/name': 'vg-lv',
      'dm/uuid': 'LVM-x',
      'queue/scheduler': 'none',
    }),
    ...below('/sys/block/dm-2', {
      dev: '254:2',
      size: '8',
      'dm/name': 'crypt',
      'dm/uuid': 'CRYPT-x',
      'queue/rotational': '0',
    }),
    ...below('/sys/block/md0', { dev: '9:0', size: '8' }),
  });
  const facts = [...devices.values()].map(({ name, kind, scheduler, isRequestBased, mapName, slaves }) => [
    name,
    kind,
    scheduler,
    isRequestBased,
    mapName,
    slaves.join(' '),
  ]);
  assert.deepEqual(facts, [
    ['dm-0', 'multipath', 'none', true, 'mpatha', 'sda sdb'],
    ['dm-1', 'device-mapper', undefined, false, 'vg-lv', ''],
    ['dm-2', 'device-mapper', undefined, false, 'crypt', ''],
    ['md0', 'md', undefined, undefined, undefined, ''],
  ]);
});

test('what is empty, hidden or a RAM disk is left out', () => {
  const devices = read({
    ...below('/sys/block/loop0', { size: '0' }),
    ...below('/sys/block/loop1', { size: '8', dev: '7:1' }),
    ...below('/sys/block/ram0', { size: '8' }),
    ...below('/sys/block/zram0', { size: '0' }),
    ...below('/sys/block/nbd0', { size: '0' }),
    ...below('/sys/block/nvme0c0n1', { size: '8', hidden: '1' }),
    ...below('/sys/block/nvme0n1', { size: '8', dev: '259:0', 'queue/rotational': '0' }),
    ...below('/sys/block/vda', { size: '0', dev: '254:0' }),
  });
  assert.deepEqual([...devices.keys()], ['loop1', 'nvme0n1', 'vda']);
  assert.equal(devices.get('nvme0n1')?.kind, 'nvme');
});

test('a driver of another name is told by the bus of its device', () => {
  const devices = read({
    ...below('/sys/block/pmem0', { size: '8' }),
    ...below('/sys/block/odd', { size: '8' }),
    '/sys/block/odd/device/subsystem': { link: '../../../bus/virtio' },
  });
  assert.deepEqual([devices.get('pmem0')?.kind, devices.get('odd')?.kind], ['other', 'virtio']);
});

test('no such folder: absent; no right or not captured: unknown; nonsense in a file: only that is missing', () => {
  assert.equal(blockDevices.read(sourcesOf({})).state, 'absent');
  assert.equal(blockDevices.read(sourcesOf({ '/sys/block': { denied: 'EACCES' } })).state, 'unknown');
  assert.equal(blockDevices.read(sourcesOf({}, { missing: 'not-captured' })).state, 'unknown');
  const vda = read(
    below('/sys/block/vda', { size: 'x', dev: '?', 'queue/rotational': '7', 'queue/scheduler': '[[' }),
  ).get('vda');
  assert.deepEqual([vda?.size, vda?.isRotational, vda?.scheduler], [0, undefined, undefined]);
});

test('the file behind a loop device and behind one of qemu-nbd', () => {
  const device = (name: string, files: Readonly<Record<string, string>>): Files =>
    below(`/sys/block/${name}`, { dev: '7:0', size: '2048', ...files });
  const devices = read({
    ...device('loop1', { 'loop/backing_file': '/images/a b.raw' }),
    ...device('loop2', { 'loop/backing_file': '/images/gone.raw (deleted)' }),
    ...device('nbd0', { pid: '4711' }),
    '/proc/4711/cmdline': 'qemu-nbd\0-c\0/dev/nbd0\0-f\0qcow2\0/images/g.qcow2\0--fork\0',
  });
  const told = [...devices.values()].map(({ backingFile, isBackingDeleted }) => [backingFile, isBackingDeleted]);
  assert.deepEqual(told, [
    ['/images/a b.raw', false],
    ['/images/gone.raw', true],
    ['/images/g.qcow2', false],
  ]);
});
