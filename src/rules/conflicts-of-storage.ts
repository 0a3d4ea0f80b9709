import type { Conflict, Practice } from '#check/conflict';

const direct: Practice = {
  is: 'cache none',
  rules: ['guest-disk/cache-mode'],
  gains: 'no second copy of its data in the memory of the host',
};

/** Pairs of the list that concern disks, images and NFS: 7, 11 to 16, 23, 24. */
export const conflictsOfStorage: readonly Conflict[] = [
  {
    pair: 7,
    kind: 'excludes',
    between: [
      {
        is: 'mq-deadline or none for the disks of guests',
        rules: ['host-io/scheduler-host'],
        gains: 'no CPU time and no wait for a fairness that QEMU hides',
      },
      { is: 'shares of disk time by weight', rules: [], gains: 'guests share a slow disk by the weights given' },
    ],
    why: 'weights (blkiotune, ionice) work with BFQ or io.cost only',
    settled: 'host-io/scheduler-host tolerates bfq where all guests are for density; no rule asks for weights',
    otherwise: 0,
  },
  {
    pair: 11,
    kind: 'covers',
    between: [
      {
        is: 'cache none, because of data at risk or a refused start',
        rules: ['guest-disk/cache-unsafe', 'guest-disk/native-needs-direct'],
        gains: '',
      },
      direct,
    ],
    why: 'the cache of a disk is set once',
    otherwise: 0,
  },
  {
    pair: 11,
    kind: 'covers',
    between: [
      {
        is: 'cache none, because of data at risk or a refused start',
        rules: ['guest-disk/cache-unsafe', 'guest-disk/native-needs-direct'],
        gains: '',
      },
      {
        is: 'cache none, so that the guest can move',
        rules: ['migration/disk-cache-safe'],
        gains: '',
        asks: ({ finding }) => finding.fix !== undefined,
      },
    ],
    why: 'the cache of a disk is set once',
    otherwise: 0,
  },
  {
    pair: 11,
    kind: 'covers',
    between: [
      {
        is: 'cache none, so that the guest can move',
        rules: ['migration/disk-cache-safe'],
        gains: '',
        asks: ({ finding }) => finding.fix !== undefined,
      },
      direct,
    ],
    why: 'the cache of a disk is set once',
    otherwise: 0,
  },
  {
    pair: 11,
    kind: 'excludes',
    between: [
      {
        is: 'cache none',
        rules: ['guest-disk/cache-mode', 'guest-disk/native-needs-direct', 'migration/disk-cache-safe'],
        gains: 'no second copy of its data in the memory of the host; the guest can move',
        asks: ({ finding }) => finding.fix !== undefined,
      },
      {
        is: 'lazy reference counts for a cache that writes through',
        rules: ['image/qcow2-lazy-refcounts'],
        gains: 'fewer flushes of metadata while each write is flushed',
        asks: ({ finding }) => finding.wants === 'lazy_refcounts=on',
      },
    ],
    why: 'lazy reference counts gain only with writethrough or directsync',
    by: [
      ['latency', 0],
      ['hpc', 0],
      ['database', 0],
      ['migratable', 0],
    ],
    otherwise: 0,
  },
  {
    pair: 12,
    kind: 'excludes',
    between: [
      {
        is: 'an image allocated in full',
        rules: ['image/qcow2-preallocation'],
        gains: 'no table is changed by a first write',
      },
      {
        is: 'an image that is thin, above a base image',
        rules: ['host-storage/block-vs-file'],
        gains: 'room is taken when it is used, and equal parts are kept once',
        asks: ({ intents }) => intents.includes('density') || intents.includes('desktop'),
      },
    ],
    why: 'what is allocated in full is not thin and covers its base image',
    by: [
      ['latency', 0],
      ['hpc', 0],
      ['database', 0],
      ['density', 1],
      ['desktop', 1],
    ],
    otherwise: 1,
  },
  {
    pair: 13,
    kind: 'covers',
    between: [
      {
        is: 'raw on a block device',
        rules: ['host-storage/block-vs-file'],
        gains: 'each write goes straight to the disk',
        asks: ({ finding }) => finding.wants?.startsWith('raw') === true,
      },
      {
        is: 'tuning of the qcow2 image',
        rules: [
          'image/qcow2-cluster-size',
          'image/qcow2-l2-cache',
          'image/qcow2-lazy-refcounts',
          'image/qcow2-preallocation',
        ],
        gains: 'snapshots, base images and compression',
      },
    ],
    why: 'a raw volume has no clusters, tables or snapshots',
    otherwise: 0,
  },
  {
    pair: 13,
    kind: 'covers',
    between: [
      { is: 'raw on a block device', rules: ['host-storage/block-vs-file'], gains: '' },
      { is: 'another image format', rules: ['image/format'], gains: 'snapshots, base images and compression' },
    ],
    why: 'an image is converted once',
    otherwise: 0,
  },
  {
    pair: 14,
    kind: 'joins',
    between: [
      {
        is: 'small clusters for small writes above a base image',
        rules: ['image/qcow2-cluster-size'],
        gains: 'a small write copies little from the base image',
      },
      {
        is: 'large clusters for a small cache of tables',
        rules: ['image/qcow2-l2-cache'],
        gains: 'the tables of the image fit the cache',
        asks: () => false,
      },
    ],
    why: 'smaller clusters need larger tables',
    settled: 'image/qcow2-l2-cache asks for a larger cache, which suits clusters of any size',
    otherwise: 0,
  },
  {
    pair: 15,
    kind: 'excludes',
    between: [
      {
        is: 'an encrypted image',
        rules: ['image/compression-with-encryption'],
        gains: 'what is on the disk cannot be read',
      },
      { is: 'a compressed or deduplicated image', rules: [], gains: 'less room on the disk' },
    ],
    why: 'qemu-img refuses both, and encrypted data neither compress nor deduplicate',
    otherwise: 0,
  },
  {
    pair: 16,
    kind: 'excludes',
    between: [
      {
        is: 'NFS that keeps what it has promised (sync, hard)',
        rules: ['host-storage/nfs-sync', 'host-storage/nfs-hard'],
        gains: 'no write is lost when the server fails',
      },
      { is: 'faster NFS (async, soft)', rules: [], gains: 'writes return sooner, and a lost server is noticed sooner' },
    ],
    why: 'what returns before it is on the disk can be lost',
    settled: 'no rule asks for async or soft, whatever the intent',
    otherwise: 0,
  },
  {
    pair: 23,
    kind: 'precedes',
    between: [
      { is: 'root= by UUID', rules: ['guest-disk/root-device-name', 'guest-disk/no-hd-shortcuts'], gains: '' },
      { is: 'disks on virtio', rules: ['guest-disk/virtio-bus'], gains: '' },
    ],
    why: 'a guest that names its root by the old device does not boot from the new one',
    otherwise: 0,
  },
  {
    pair: 24,
    kind: 'excludes',
    between: [
      {
        is: 'a LUN passed to the guest',
        rules: ['guest-disk/pr-lun-passthrough'],
        gains: 'reservations that a cluster in the guests needs',
      },
      {
        is: 'features of an image',
        rules: ['image/qcow2-cluster-size', 'image/qcow2-l2-cache', 'image/format', 'image/qcow2-preallocation'],
        gains: 'snapshots and base images',
      },
    ],
    why: 'a LUN is no image',
    settled: 'rules of images do not judge a disk of device lun',
    otherwise: 0,
  },
  {
    pair: 35,
    kind: 'covers',
    between: [
      { is: 'another kind of bus for the disk', rules: ['guest-disk/virtio-bus'], gains: '' },
      {
        is: 'tuning of the disk on its old bus',
        rules: ['guest-disk/virtio-scsi-controller'],
        gains: '',
      },
    ],
    why: 'the disk is moved to virtio once',
    otherwise: 1,
  },
  {
    pair: 35,
    kind: 'covers',
    between: [
      {
        is: 'another way of I/O, because the guest does not start with this one',
        rules: ['guest-disk/native-needs-direct'],
        gains: '',
      },
      { is: 'io_uring', rules: ['guest-disk/io-uring'], gains: '', asks: ({ severity }) => severity !== 'error' },
    ],
    why: 'the way of I/O is set once',
    otherwise: 0,
  },
];
