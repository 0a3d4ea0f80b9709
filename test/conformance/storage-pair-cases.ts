import { gib } from '#units/bytes';
import { intents as allIntents, type Intent } from '#wishes/intent';
import type { PairCase } from './conflict-pair-cases.js';

const steady: readonly Intent[] = ['latency', 'hpc', 'database'];
const others: readonly Intent[] = ['general', 'density', 'desktop', 'migratable'];
const dense: readonly Intent[] = ['density', 'desktop'];
const each = <T>(list: readonly Intent[], of: (intent: Intent) => T): readonly T[] => list.map(of);

const images = '/var/lib/libvirt/images';
const disk = (
  format: string,
  driver: string,
  source: string,
  more: { readonly type?: string; readonly device?: string; readonly target?: string } = {},
): string => {
  const { type = 'file', device = 'disk', target = "dev='vda' bus='virtio'" } = more;
  return `<disk type='${type}' device='${device}'><driver name='qemu' type='${format}' ${driver}/><source ${type === 'file' ? 'file' : 'dev'}='${source}'/><target ${target}/></disk>`;
};
const devices = (...all: readonly string[]): string => `<devices>${all.join('')}</devices>`;
/** What qemu-img says of an image. */
const told = (format: string, path: string, facts: object): Readonly<Record<string, string>> => ({
  [`qemu-img info --force-share --output=json --backing-chain -f ${format} -- ${path}`]: JSON.stringify([
    { filename: path, format, ...facts },
  ]),
});
const nfs = (options: string): string =>
  `/dev/sda1 / ext4 rw 0 0\n127.0.0.1:/srv/vm ${images} nfs4 rw,vers=4.2${options} 0 0\n`;
const thin = { 'virtual-size': gib(100), 'actual-size': gib(8) };
const raw = `${images}/g.raw`;
const qcow2 = `${images}/g.qcow2`;
const lun = '/dev/mapper/storage1';
const badLun = disk('qcow2', "cache='none'", lun, { type: 'block', device: 'lun', target: "dev='sda' bus='scsi'" });
const tuning = ['image/qcow2-cluster-size', 'image/qcow2-l2-cache', 'image/qcow2-preallocation', 'image/format'];
/** A terabyte in clusters of so many bytes. */
const terabyte = (cluster: number): object => ({
  'cluster-size': cluster,
  'virtual-size': gib(1024),
  'actual-size': gib(1000),
  'format-specific': { type: 'qcow2', data: { compat: '1.1' } },
});

/** The pairs that concern disks, images and NFS. */
export const storagePairs: readonly PairCase[] = [
  {
    pair: 7,
    says: 'a scheduler without fairness, or shares of disk time by weight',
    machine: {
      files: { '/sys/block/sda/queue/scheduler': 'none mq-deadline [bfq]' },
      guest: `<blkiotune><weight>800</weight></blkiotune>${devices(disk('raw', "cache='none'", '/srv/g.raw'))}`,
    },
    between: [['host-io/scheduler-host'], []],
    cases: each(allIntents, intent => [[[intent]], 0] as const),
    tells: /the blkiotune weights of guest1 work with bfq only, and are lost with another scheduler/,
  },
  {
    pair: 11,
    says: 'cache none, or lazy reference counts for a cache that writes through',
    machine: {
      files: { '/proc/self/mounts': nfs(',hard') },
      guest: devices(disk('qcow2', "cache='writethrough' io='threads'", qcow2)),
      commands: told('qcow2', qcow2, {
        'format-specific': { type: 'qcow2', data: { compat: '1.1', 'lazy-refcounts': false } },
      }),
    },
    between: [['guest-disk/cache-mode', 'migration/disk-cache-safe'], ['image/qcow2-lazy-refcounts']],
    cases: [
      ...each(steady, intent => [[[intent]], 0, 'named'] as const),
      [[['migratable']], 0, 'named'],
      ...each(['general', ...dense], intent => [[[intent]], 1] as const),
    ],
  },
  {
    pair: 11,
    says: 'one disk with cache none for its way of I/O, another one for its speed',
    machine: {
      guest: devices(
        disk('raw', "cache='writeback' io='native'", raw),
        disk('raw', "cache='writeback' io='threads'", `${images}/h.raw`, { target: "dev='vdb' bus='virtio'" }),
      ),
    },
    between: [['guest-disk/native-needs-direct'], ['guest-disk/cache-mode']],
    cases: [
      ...each(steady, intent => [[[intent]], 'both'] as const),
      ...each(others, intent => [[[intent]], 0] as const),
    ],
  },
  {
    pair: 12,
    says: 'an image allocated in full, or one that gives blocks back',
    machine: { guest: devices(disk('raw', "cache='none'", raw)), commands: told('raw', raw, thin) },
    between: [['image/qcow2-preallocation'], ['guest-disk/discard']],
    cases: [
      ...each(steady, intent => [[[intent]], 0, 'named'] as const),
      ...each(steady, intent => [[[intent, 'density']], 0, 'named'] as const),
      ...each(others, intent => [[[intent]], 1] as const),
    ],
  },
  {
    pair: 12,
    says: 'an image allocated in full, or a thin one',
    machine: { guest: devices(disk('raw', "cache='none' discard='unmap'", raw)), commands: told('raw', raw, thin) },
    between: [['image/qcow2-preallocation'], ['host-storage/block-vs-file']],
    cases: [
      ...each(steady, intent => [[[intent]], 0] as const),
      ...each(steady, intent => [[[intent, 'density']], 0, 'named'] as const),
      ...each(others, intent => [[[intent]], 'neither'] as const),
    ],
  },
  {
    pair: 12,
    says: 'a volume that has its room, or a thin file',
    machine: { guest: devices(disk('raw', "cache='none'", '/dev/vg/lv', { type: 'block' })) },
    between: [['image/qcow2-preallocation'], ['host-storage/block-vs-file']],
    cases: [
      ...each(dense, intent => [[[intent]], 1] as const),
      ...each(steady, intent => [[[intent, 'density']], 'neither'] as const),
    ],
  },
  {
    pair: 12,
    says: 'an image above a base image cannot be allocated in full',
    machine: {
      guest: devices(disk('qcow2', "cache='none'", qcow2)),
      commands: told('qcow2', qcow2, { ...thin, 'backing-filename': '/srv/base', 'cluster-size': 65536 }),
    },
    between: [['image/qcow2-preallocation'], []],
    cases: each(allIntents, intent => [[[intent]], 'neither'] as const),
  },
  {
    pair: 13,
    says: 'raw on a volume, or a qcow2 image that is tuned',
    machine: {
      guest: devices(disk('qcow2', "cache='none' discard='unmap'", qcow2)),
      commands: told('qcow2', qcow2, terabyte(4096)),
    },
    between: [['host-storage/block-vs-file'], tuning],
    cases: [
      ...each(steady, intent => [[[intent]], 0] as const),
      ...each(steady, intent => [[[intent, 'density']], 0] as const),
      ...each(others, intent => [[[intent]], 1] as const),
    ],
    tells: /nor hold internal snapshots|gains|metadata/,
  },
  {
    pair: 13,
    says: 'raw on a volume, or snapshots in the image: what is lost is told',
    machine: {
      guest: devices(disk('qcow2', "cache='none' discard='unmap'", qcow2)),
      commands: told('qcow2', qcow2, { ...terabyte(65536), snapshots: [{ id: '1' }, { id: '2' }] }),
    },
    between: [['host-storage/block-vs-file'], ['image/format']],
    cases: each(steady, intent => [[[intent]], 0] as const),
    tells: /its 2 internal snapshots are lost/,
  },
  {
    pair: 13,
    says: 'a volume for a guest that moves is one that all hosts see',
    machine: { guest: devices(disk('qcow2', "cache='none' discard='unmap'", qcow2)) },
    between: [['host-storage/block-vs-file'], ['migration/disk-cache-safe']],
    cases: [
      ...each(steady, intent => [[[intent, 'migratable']], 'both'] as const),
      ...each(steady, intent => [[[intent]], 0] as const),
      [[['migratable']], 1],
    ],
    tells: /raw on a (?:LUN that all hosts see|logical volume or LUN)|shared storage/,
  },
  {
    pair: 14,
    says: 'larger clusters, or a cache for the tables of small ones',
    machine: {
      guest: devices(disk('qcow2', "cache='none' discard='unmap'", qcow2)),
      commands: told('qcow2', qcow2, terabyte(4096)),
    },
    between: [['image/qcow2-cluster-size'], ['image/qcow2-l2-cache']],
    cases: [
      ...each(others, intent => [[[intent]], 0] as const),
      ...each(steady, intent => [[[intent]], 'neither'] as const),
    ],
  },
  {
    pair: 14,
    says: 'clusters of the usual size, and a cache for their tables',
    machine: {
      guest: devices(disk('qcow2', "cache='none' discard='unmap'", qcow2)),
      commands: told('qcow2', qcow2, terabyte(65536)),
    },
    between: [['image/qcow2-cluster-size'], ['image/qcow2-l2-cache']],
    cases: each(others, intent => [[[intent]], 1] as const),
  },
  {
    pair: 16,
    says: 'NFS that keeps what it has promised, or a faster one',
    machine: {
      files: { '/proc/self/mounts': nfs(',soft'), '/etc/exports': '/srv/vm 127.0.0.1(rw,async)\n' },
      guest: devices(disk('raw', "cache='none'", raw)),
    },
    between: [['host-storage/nfs-hard', 'host-storage/nfs-sync'], []],
    cases: each(allIntents, intent => [[[intent]], 0] as const),
    tells:
      /guests freeze until it is back.*answers writes more slowly|answers writes more slowly.*guests freeze until it is back/s,
  },
  {
    pair: 16,
    says: 'the page cache of an NFS client, or around it',
    machine: {
      files: { '/proc/self/mounts': nfs(',hard,sync'), '/etc/exports': '/srv/vm 127.0.0.1(rw,sync)\n' },
      guest: devices(disk('raw', "cache='writeback' io='threads'", raw)),
    },
    between: [['guest-disk/cache-mode'], ['host-storage/nfs-sync']],
    cases: [
      ...each(steady, intent => [[[intent]], 0] as const),
      ...each(['general', ...dense], intent => [[[intent]], 'neither'] as const),
    ],
  },
  {
    pair: 16,
    says: 'each write flushed by the mount, or when the guest asks',
    machine: {
      files: { '/proc/self/mounts': nfs(',hard,sync'), '/etc/exports': '/srv/vm 127.0.0.1(rw,sync)\n' },
      guest: devices(disk('raw', "cache='none'", raw)),
    },
    between: [['guest-disk/cache-mode'], ['host-storage/nfs-sync']],
    cases: each(allIntents, intent => [[[intent]], 1] as const),
  },
  {
    pair: 24,
    says: 'a LUN passed through, or an image on it',
    machine: { guest: devices(badLun), commands: told('qcow2', lun, terabyte(4096)) },
    between: [['guest-disk/pr-lun-passthrough'], tuning],
    cases: each(allIntents, intent => [[[intent]], 0, 'named'] as const),
  },
  {
    pair: 24,
    says: 'a LUN passed through, and an image beside it',
    machine: {
      guest: devices(badLun, disk('qcow2', "cache='none' discard='unmap'", qcow2)),
      commands: told('qcow2', qcow2, terabyte(4096)),
    },
    between: [['guest-disk/pr-lun-passthrough'], tuning],
    cases: each(others, intent => [[[intent]], 'both'] as const),
  },
];
