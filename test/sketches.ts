import type { DomainConfig } from '#model/domain-config';
import type { Guest } from '#model/guest';
import { absent, type Known, known } from '#model/known';
import type { Memory } from '#model/memory';
import { type Bytes, gib, kib, mib } from '#units/bytes';

const nothing = absent({ from: 'sketch', value: 'not there' });

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
    qemuArguments: nothing,
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
  process: { pid: nothing, anonymousHugePages: nothing, ksm: nothing },
  managedBy: nothing,
  osId: nothing,
  declaredIntents: nothing,
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
