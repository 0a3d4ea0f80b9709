/** libvirt's flags, by the names that this client gives them. Facts: libvirt's public headers, release 9.0; numbers never change. Combine them with `|`. */

/** Which guests a list holds (virConnectListAllDomainsFlags); none means all. Flags of one pair narrow; of several pairs narrow further. */
export const domainListFlags = {
  active: 1 << 0,
  inactive: 1 << 1,
  persistent: 1 << 2,
  transient: 1 << 3,
  running: 1 << 4,
  paused: 1 << 5,
  shutoff: 1 << 6,
  otherState: 1 << 7,
  managedSave: 1 << 8,
  noManagedSave: 1 << 9,
  autostart: 1 << 10,
  noAutostart: 1 << 11,
  snapshot: 1 << 12,
  noSnapshot: 1 << 13,
  checkpoint: 1 << 14,
  noCheckpoint: 1 << 15,
} as const;

/** How a guest's XML is given (virDomainXMLFlags). */
export const domainXmlFlags = { secure: 1 << 0, inactive: 1 << 1, updateCpu: 1 << 2, migratable: 1 << 3 } as const;

/** virDomainDefineFlags. */
export const domainDefineFlags = { validate: 1 << 0 } as const;

/** What goes with a guest that is undefined (virDomainUndefineFlagsValues). Without them libvirt refuses where such things exist. */
export const domainUndefineFlags = {
  managedSave: 1 << 0,
  snapshotsMetadata: 1 << 1,
  nvram: 1 << 2,
  keepNvram: 1 << 3,
  checkpointsMetadata: 1 << 4,
  tpm: 1 << 5,
  keepTpm: 1 << 6,
} as const;

/** How a guest is started (virDomainCreateFlags). */
export const domainStartFlags = {
  paused: 1 << 0,
  autodestroy: 1 << 1,
  bypassCache: 1 << 2,
  forceBoot: 1 << 3,
  validate: 1 << 4,
  resetNvram: 1 << 5,
} as const;

/** How a guest is asked to shut down (virDomainShutdownFlagValues); none lets libvirt choose. */
export const domainShutdownFlags = {
  acpiPowerButton: 1 << 0,
  guestAgent: 1 << 1,
  initctl: 1 << 2,
  signal: 1 << 3,
  paravirt: 1 << 4,
} as const;

/** How a guest is stopped at once (virDomainDestroyFlagsValues). */
export const domainDestroyFlags = { graceful: 1 << 0, removeLogs: 1 << 1 } as const;

/** Which half of a guest is meant (virDomainModificationImpact); none means the live one where it runs, else the stored one. */
export const affectFlags = { live: 1 << 0, config: 1 << 1 } as const;

/** Groups of bulk statistics (virDomainStatsTypes); none means all that the daemon has. */
export const domainStatsGroups = {
  state: 1 << 0,
  cpuTotal: 1 << 1,
  balloon: 1 << 2,
  vcpu: 1 << 3,
  interface: 1 << 4,
  block: 1 << 5,
  perf: 1 << 6,
  iothread: 1 << 7,
  memory: 1 << 8,
  dirtyRate: 1 << 9,
  vm: 1 << 10,
} as const;

/** Flags of bulk statistics beside those of `domainListFlags` up to `otherState` (virConnectGetAllDomainStatsFlags). */
export const domainStatsFlags = {
  /** Leave out what a busy guest cannot tell now, rather than wait. */
  noWait: 1 << 29,
  /** Tell about every image of a chain, not only the topmost. */
  backing: 1 << 30,
} as const;

/** virConnectListAllNetworksFlags. */
export const networkListFlags = {
  inactive: 1 << 0,
  active: 1 << 1,
  persistent: 1 << 2,
  transient: 1 << 3,
  autostart: 1 << 4,
  noAutostart: 1 << 5,
} as const;

/** virConnectListAllStoragePoolsFlags, without those for each type of pool. */
export const storagePoolListFlags = {
  inactive: 1 << 0,
  active: 1 << 1,
  persistent: 1 << 2,
  transient: 1 << 3,
  autostart: 1 << 4,
  noAutostart: 1 << 5,
} as const;

/** virConnectListAllInterfacesFlags. */
export const interfaceListFlags = { inactive: 1 << 0, active: 1 << 1 } as const;

/** virConnectListAllNodeDeviceFlags, those that matter to a host's tuning. */
export const nodeDeviceListFlags = {
  system: 1 << 0,
  pci: 1 << 1,
  usb: 1 << 2,
  net: 1 << 4,
  scsiHost: 1 << 5,
  scsi: 1 << 7,
  storage: 1 << 8,
  fibreChannelHost: 1 << 9,
  mediatedTypes: 1 << 13,
  mediated: 1 << 14,
} as const;

/** What domain_get_messages tells (virDomainMessageType); none means both. */
export const domainMessageFlags = { deprecation: 1 << 0, tainting: 1 << 1 } as const;
