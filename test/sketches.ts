import { noProcess } from '#collect/guest/guest-process';
import { insideOf } from '#collect/inside/guest-inside';
import type { BlockDevice } from '#model/block-device';
import type { DomainConfig } from '#model/domain-config';
import type { Guest } from '#model/guest';
import type { Host } from '#model/host';
import type { Sysctl, SysctlName, SysctlSetting, Sysctls } from '#model/kernel';
import { absent, type Known, known, unknown } from '#model/known';
import type { Memory } from '#model/memory';
import { type Bytes, bytes, gib, kib, mib } from '#units/bytes';

const nothing = absent({ from: 'sketch', value: 'not there' });
const unread = unknown('not in the sketch');

/** Gives a definition of a KVM guest that has nothing but what is named; memory is 4 GiB where nothing is said. */
export function sketchConfig(parts: Partial<DomainConfig> = {}): DomainConfig {
  const memory: Known<Bytes> = parts.memory ?? known(gib(4));
  return {
    source: 'sketch',
    type: known('kvm'),
    os: nothing,
    memory,
    currentMemory: memory,
    maxMemory: nothing,
    memoryBacking: nothing,
    memtune: nothing,
    blockWeights: nothing,
    vcpus: nothing,
    iothreads: nothing,
    cputune: nothing,
    numatune: nothing,
    cpu: nothing,
    features: nothing,
    clock: nothing,
    onCrash: nothing,
    emulator: nothing,
    disks: nothing,
    nics: nothing,
    controllers: nothing,
    hostDevices: nothing,
    filesystems: nothing,
    balloon: nothing,
    memoryDevices: nothing,
    rngs: nothing,
    graphics: nothing,
    videos: nothing,
    channels: nothing,
    tpms: nothing,
    watchdogs: nothing,
    otherDevices: nothing,
    pciBuses: nothing,
    qemuArguments: nothing,
    qemuDevices: nothing,
    launchSecurity: nothing,
    ...parts,
  };
}

/** Gives a running guest that has nothing but what is named. */
export const sketchGuest = (name: string, parts: Partial<Guest> = {}): Guest => ({
  name,
  uuid: nothing,
  state: known('running'),
  autostart: known(false),
  isPersistent: known(true),
  hasManagedSave: known(false),
  config: sketchConfig(),
  live: nothing,
  stats: nothing,
  load: nothing,
  process: noProcess(nothing),
  managedBy: nothing,
  osId: nothing,
  declaredIntents: nothing,
  inside: insideOf({})({ name: 'guest1', uuid: undefined }),
  ...parts,
});

/** Gives the memory of a host of 64 GiB with 4 KiB pages, huge pages of 2 MiB by default and no pools, KSM or swap. */
export const sketchMemory = (parts: Partial<Memory> = {}): Memory => ({
  total: known(gib(64)),
  available: known(gib(50)),
  hugetlb: known(kib(0)),
  defaultHugePageSize: known(mib(2)),
  pageSize: known(kib(4)),
  hugePages: known([]),
  thp: { enabled: nothing, defrag: nothing, shmem: nothing, sizes: nothing, atBoot: nothing },
  ksm: nothing,
  ksmdLoad: nothing,
  swaps: known([]),
  cgroupSwappiness: nothing,
  cgroupVersion: known(2),
  ...parts,
});

/** Gives a KVM host of which only what is named was read. */
export const sketchHost = (parts: Partial<Host> = {}): Host => ({
  id: unread,
  name: unread,
  architecture: known('x86_64'),
  hypervisor: known('kvm'),
  guestOf: nothing,
  distribution: unread,
  kernel: {
    version: unread,
    commandLine: unread,
    configuredCommandLine: unread,
    configuredXenCommandLine: unread,
    config: unread,
    sysctls: sketchSysctls(),
    strayedSysctlFiles: unread,
    tmpfiles: known([]),
    bootWrites: known([]),
    schedulerRules: unread,
    pressure: { cpu: unread, memory: unread, io: unread },
    balancingScan: unread,
  },
  qemu: unread,
  libvirt: {
    version: unread,
    uri: unread,
    instance: unread,
    capabilities: unread,
    domainCapabilities: unread,
    qemuConf: unread,
  },
  cpus: unread,
  cpuSets: { online: unread, isolated: unread, noTick: unread, smtActive: unread, model: unread },
  cpuPower: { policies: unread, idleStates: unread },
  nodes: unread,
  memory: sketchMemory(),
  blockDevices: unread,
  mounts: unread,
  fstab: unread,
  fileSystems: unread,
  imageFiles: unread,
  qemuProcesses: unread,
  deviceOptions: unread,
  guestStarters: unread,
  libvirtGuests: unread,
  modules: unread,
  services: unread,
  defaultTarget: unread,
  nfs: { client: nothing, server: nothing, configuredThreads: nothing, exports: nothing },
  tuned: { activeProfile: nothing, settings: nothing, reappliesSysctl: nothing },
  networkInterfaces: unread,
  vhostNet: unread,
  xen: {
    version: nothing,
    commandLine: nothing,
    totalMemory: nothing,
    dom0Memory: nothing,
    guestType: nothing,
    autoballoonXl: nothing,
    autoballoonLibxl: nothing,
  },
  ...parts,
});

/** Gives sysctls of which none was read but those named, by their lines in files. */
export function sketchSysctls(lines: Partial<Record<SysctlName, readonly SysctlSetting[]>> = {}): Sysctls {
  const none: Sysctl = { running: unread, settings: known([]) };
  return {
    'vm.swappiness': none,
    'vm.nr_hugepages': none,
    'vm.nr_overcommit_hugepages': none,
    'vm.zone_reclaim_mode': none,
    'vm.overcommit_memory': none,
    'vm.overcommit_ratio': none,
    'vm.dirty_ratio': none,
    'vm.dirty_bytes': none,
    'vm.max_map_count': none,
    'vm.min_free_kbytes': none,
    'fs.aio-max-nr': none,
    'fs.aio-nr': none,
    'kernel.numa_balancing': none,
    'kernel.numa_balancing_scan_delay_ms': none,
    'kernel.numa_balancing_scan_period_min_ms': none,
    'kernel.numa_balancing_scan_period_max_ms': none,
    'kernel.numa_balancing_scan_size_mb': none,
    'kernel.io_uring_disabled': none,
    ...Object.fromEntries(
      Object.entries(lines).map(([name, settings]) => [name, { ...none, settings: known(settings) }]),
    ),
  };
}

/** A disk behind SATA, with a request queue. */
export const sketchDisk = (parts: Partial<BlockDevice> = {}): BlockDevice => ({
  name: 'sda',
  number: '8:0',
  size: bytes(512),
  isRotational: true,
  scheduler: 'mq-deadline',
  schedulers: ['none', 'mq-deadline', 'bfq'],
  queues: 1,
  requests: 256,
  slaves: [],
  partitions: [],
  kind: 'scsi',
  model: undefined,
  mapName: undefined,
  mapUuid: undefined,
  isRequestBased: true,
  backingFile: undefined,
  isBackingDeleted: false,
  isRemovable: false,
  zoned: 'none',
  node: undefined,
  properties: new Map(),
  ...parts,
});
