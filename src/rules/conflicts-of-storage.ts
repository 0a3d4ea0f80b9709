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
    settled:
      'host-io/scheduler-host names the guests that have weights: it leaves bfq to them, unless a guest for latency, hpc or database is on the disk',
    otherwise: 0,
  },
  {
    pair: 11,
    kind: 'covers',
    on: 'disk',
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
    on: 'disk',
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
    on: 'disk',
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
    on: 'disk',
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
        asks: ({ finding }) => finding.wants?.startsWith('a qcow2 file over') === true,
      },
    ],
    why: 'what is allocated in full is not thin and covers its base image',
    settled:
      'image/qcow2-preallocation judges neither block devices nor layers above a base image; of the intents of a guest the first in precedence decides',
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
    pair: 12,
    kind: 'excludes',
    on: 'disk',
    between: [
      {
        is: 'an image allocated in full',
        rules: ['image/qcow2-preallocation'],
        gains: 'no first write waits until room is found for it',
      },
      {
        is: 'blocks given back that the guest has freed',
        rules: ['guest-disk/discard'],
        gains: 'the image shrinks with what is on it',
      },
    ],
    why: 'what is given back has to be allocated again at the next write',
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
    kind: 'covers',
    between: [
      {
        is: 'clusters of another size',
        rules: ['image/qcow2-cluster-size'],
        gains: 'less metadata for the same data, or less to copy from the base image for a small write',
      },
      {
        is: 'a cache for the tables of the clusters as they are',
        rules: ['image/qcow2-l2-cache'],
        gains: 'the tables of the image fit the cache',
      },
    ],
    why: 'the size of the tables follows that of the clusters: the cache is sized after',
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
    on: 'disk',
    between: [
      {
        is: 'a LUN passed to the guest',
        rules: ['guest-disk/pr-lun-passthrough'],
        gains: 'reservations that a cluster in the guests needs',
      },
      {
        is: 'features of an image',
        rules: [
          'image/qcow2-cluster-size',
          'image/qcow2-l2-cache',
          'image/qcow2-lazy-refcounts',
          'image/format',
          'image/qcow2-preallocation',
        ],
        gains: 'snapshots and base images',
      },
    ],
    why: 'a LUN is no image',
    otherwise: 0,
  },
  {
    pair: 35,
    kind: 'covers',
    on: 'disk',
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
  {
    pair: 37,
    kind: 'covers',
    between: [
      { is: 'a higher limit of AIO contexts', rules: ['host-io/aio-max-nr-headroom'], gains: '' },
      { is: 'keeping the limit that is in force', rules: ['host-io/aio-max-nr-persisted'], gains: '' },
    ],
    why: 'a limit that is to change is not to be kept',
    otherwise: 0,
  },
  {
    pair: 39,
    kind: 'covers',
    on: 'disk',
    between: [
      {
        is: 'the new path of a base that was moved',
        rules: ['image/backing-path-moved'],
        gains: '',
        asks: ({ severity }) => severity === 'error',
      },
      {
        is: 'a base that is missing',
        rules: ['image/backing-chain-intact'],
        gains: '',
        asks: ({ severity }) => severity === 'error',
      },
    ],
    why: 'a base that was moved is not where the overlay says',
    otherwise: 0,
  },
];
