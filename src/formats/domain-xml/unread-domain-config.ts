import type { DomainConfig } from '#model/domain-config';
import { unknown } from '#model/known';

/** Gives a definition that was not read: every part is unknown, for the same reason. `source` is what would have been read. */
export function unreadDomainConfig(source: string, reason: string, remedy?: string): DomainConfig {
  const part = unknown(reason, remedy);
  return {
    source,
    type: part,
    os: part,
    memory: part,
    currentMemory: part,
    maxMemory: part,
    memoryBacking: part,
    memtune: part,
    blockWeights: part,
    vcpus: part,
    iothreads: part,
    cputune: part,
    numatune: part,
    cpu: part,
    features: part,
    clock: part,
    onCrash: part,
    emulator: part,
    disks: part,
    nics: part,
    controllers: part,
    hostDevices: part,
    filesystems: part,
    balloon: part,
    memoryDevices: part,
    rngs: part,
    graphics: part,
    videos: part,
    channels: part,
    tpms: part,
    watchdogs: part,
    otherDevices: part,
    pciBuses: part,
    qemuArguments: part,
    qemuDevices: part,
    launchSecurity: part,
  };
}
