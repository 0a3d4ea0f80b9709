import { all, type IntentRow } from '#rules/intent-row';

const quick = { database: 'should', latency: 'should', hpc: 'should' } as const;

/** The rows of the table of intents on disks, devices, the host as a whole and migration. */
export const devicesTable: readonly IntentRow[] = [
  {
    practice: 'transparent huge pages inside the guest',
    levels: { database: 'should', latency: 'should' },
    values: { general: 'always', database: 'never', latency: 'never or madvise', hpc: 'always' },
    rules: ['guest-boot/thp-in-database-guest'],
  },
  {
    practice: 'memory allocated at the start',
    levels: { latency: 'should', hpc: 'should', density: 'must-not' },
    rules: ['guest-memory/prealloc'],
  },
  {
    practice: 'memory locked, where vCPUs run in realtime',
    levels: { latency: 'should' },
    rules: ['guest-memory/locked'],
  },
  {
    practice: 'the disk backend',
    levels: { ...quick, density: 'should', desktop: 'should' },
    values: {
      general: 'qcow2 or raw',
      database: 'raw on a block device',
      latency: 'raw on a block device or NVMe',
      density: 'a file above a base image',
      desktop: 'a file above a base image',
      migratable: 'shared, raw or qcow2',
      hpc: 'raw',
    },
    rules: ['host-storage/block-vs-file', 'image/format'],
    but: {
      'image/format': {
        levels: { density: 'neutral', desktop: 'neutral', hpc: 'neutral' },
        why: 'host-storage/block-vs-file speaks of the rest',
      },
    },
  },
  {
    practice: 'disks past the page cache of the host',
    levels: { ...quick, migratable: 'must' },
    values: { density: 'any will do', desktop: 'writeback will do' },
    rules: ['guest-disk/cache-mode', 'migration/disk-cache-safe'],
    but: {
      'guest-disk/cache-mode': { levels: { migratable: 'neutral' }, why: 'migration/disk-cache-safe judges' },
      'migration/disk-cache-safe': {
        levels: { database: 'neutral', latency: 'neutral', hpc: 'neutral' },
        why: 'it is asked of migratable guests only',
      },
    },
  },
  {
    practice: 'io_uring and threads of their own for disks',
    levels: { database: 'should', latency: 'should' },
    rules: ['guest-disk/io-uring', 'guest-disk/iothread'],
  },
  {
    practice: 'as many queues as vCPUs',
    levels: quick,
    rules: ['guest-disk/multiqueue', 'guest-net/multiqueue'],
  },
  {
    practice: 'an image allocated beforehand',
    levels: { ...quick, density: 'must-not' },
    values: { database: 'falloc or full', latency: 'full', migratable: 'metadata', hpc: 'full' },
    rules: ['image/qcow2-preallocation'],
  },
  {
    practice: 'clusters and cache of a qcow2 image to its size',
    levels: { database: 'should' },
    rules: ['image/qcow2-cluster-size', 'image/qcow2-l2-cache'],
  },
  {
    practice: 'the I/O scheduler of the host',
    levels: { latency: 'should', hpc: 'should' },
    values: {
      general: 'mq-deadline',
      database: 'none or mq-deadline',
      latency: 'none',
      density: 'bfq tolerated',
      desktop: 'mq-deadline',
      hpc: 'none',
    },
    rules: ['host-io/scheduler-host'],
  },
  {
    practice: 'free of devices of the host',
    levels: { migratable: 'must' },
    rules: ['migration/passthrough-blocks'],
  },
  {
    practice: 'the graphics card',
    levels: { latency: 'should', density: 'should', desktop: 'should', hpc: 'should' },
    values: {
      general: 'virtio',
      database: 'none or vga',
      latency: 'none',
      density: 'vga',
      desktop: 'virtio or qxl',
      migratable: 'virtio',
      hpc: 'none',
    },
    rules: ['guest-devices/video-model'],
  },
  {
    practice: 'no sound, USB or SPICE devices that nothing uses',
    levels: { ...quick, desktop: 'avoid' },
    rules: ['guest-devices/unneeded'],
  },
  {
    practice: 'the CPU governor performance',
    levels: { database: 'should', latency: 'must', hpc: 'must' },
    rules: ['host-cpu/governor'],
  },
  {
    practice: 'KVM polling before a CPU sleeps',
    levels: { latency: 'should' },
    values: { density: 'off while CPUs are short' },
    rules: ['host-cpu/halt-poll'],
  },
  {
    practice: 'isolated CPUs one for each vCPU',
    levels: { latency: 'should', hpc: 'should' },
    rules: ['host-cpu/isolation-consistent'],
  },
  {
    practice: 'threads of a core counted as one CPU',
    levels: quick,
    rules: ['host-cpu/smt-accounting'],
  },
  {
    practice: 'a profile of tuned for the host',
    levels: { general: 'should', latency: 'should' },
    values: { general: 'virtual-host', latency: 'realtime-virtual-host or cpu-partitioning' },
    rules: ['host-services/tuned-profile'],
  },
  {
    practice: 'memory near the vCPUs',
    levels: { database: 'must', latency: 'must', hpc: 'must' },
    rules: ['numa/memory-locality'],
  },
  {
    practice: 'the newest machine type',
    levels: { general: 'should' },
    values: { migratable: 'the oldest that all hosts offer' },
    rules: ['guest-boot/machine-type-current'],
  },
  {
    practice: 'random numbers for many guests',
    levels: { density: 'should' },
    rules: ['guest-devices/rng-present', 'guest-devices/rng-backend'],
  },
  {
    practice: 'ready to move: a common CPU, libvirt’s own options, disks locked',
    levels: { migratable: 'must' },
    rules: [
      'migration/cpu-baseline',
      'libvirt-hygiene/no-qemu-commandline',
      'libvirt-hygiene/disk-locking',
      'migration/numa-compatible',
      'host-storage/multipath-alias',
      'guest-devices/tpm-secureboot',
    ],
    but: {
      'libvirt-hygiene/disk-locking': {
        levels: { migratable: 'should' },
        why: 'it guards, and does not hinder the move',
      },
      'migration/numa-compatible': { levels: { migratable: 'should' }, why: 'nodes can be translated on the way' },
      'host-storage/multipath-alias': { levels: { migratable: 'should' }, why: 'names can be translated on the way' },
      'guest-devices/tpm-secureboot': { levels: { migratable: 'should' }, why: 'state of the TPM must move along' },
    },
  },
  { practice: 'NFS that never gives up a write', levels: all('must'), rules: ['host-storage/nfs-hard'] },
];
