/**
 * Attributes of the domain XML whose values the domain capabilities list: path below `<domain>`, attribute, the list's name, and what
 * the value is called. libvirt: formatdomaincaps.
 */
export const offeredValues: readonly (readonly [path: string, attribute: string, list: string, words: string])[] = [
  ['os', 'firmware', 'os.firmware', 'firmware'],
  ['os/loader', 'type', 'loader.type', 'loader type'],
  ['memoryBacking/source', 'type', 'memoryBacking.sourceType', 'memory source'],
  ['devices/disk', 'device', 'disk.diskDevice', 'disk device'],
  ['devices/disk', 'model', 'disk.model', 'disk model'],
  ['devices/disk/target', 'bus', 'disk.bus', 'disk bus'],
  ['devices/graphics', 'type', 'graphics.type', 'screen'],
  ['devices/video/model', 'type', 'video.modelType', 'video card'],
  ['devices/hostdev', 'mode', 'hostdev.mode', 'host device mode'],
  ["devices/hostdev[@mode='subsystem']", 'type', 'hostdev.subsysType', 'kind of host device'],
  ['devices/rng', 'model', 'rng.model', 'random number device'],
  ['devices/rng/backend', 'model', 'rng.backendModel', 'source of random numbers'],
  ['devices/filesystem/driver', 'type', 'filesystem.driverType', 'shared file system'],
  ['devices/tpm', 'model', 'tpm.model', 'TPM model'],
  ['devices/tpm/backend', 'type', 'tpm.backendModel', 'TPM backend'],
  ['devices/tpm/backend', 'version', 'tpm.backendVersion', 'TPM version'],
  ['devices/redirdev', 'bus', 'redirdev.bus', 'redirected device'],
  ['devices/channel', 'type', 'channel.type', 'channel'],
  ['devices/crypto', 'model', 'crypto.model', 'crypto device'],
  ['devices/crypto', 'type', 'crypto.type', 'crypto device'],
  ['devices/crypto/backend', 'model', 'crypto.backendModel', 'crypto backend'],
  ['devices/interface/backend', 'type', 'interface.backendType', 'network backend'],
  ['devices/panic', 'model', 'panic.model', 'panic device'],
  ['launchSecurity', 'type', 'launchSecurity.sectype', 'launch security'],
];

/** Elements of the domain XML that the domain capabilities call supported or not, by their name there. */
export const offeredElements: readonly (readonly [path: string, name: string, words: string])[] = [
  ['devices/tpm', 'tpm', 'a TPM'],
  ['devices/rng', 'rng', 'a random number device'],
  ['devices/filesystem', 'filesystem', 'shared file systems'],
  ['devices/redirdev', 'redirdev', 'redirected devices'],
  ['devices/crypto', 'crypto', 'a crypto device'],
  ['devices/video', 'video', 'video cards'],
  ['devices/graphics', 'graphics', 'screens'],
  ['devices/hostdev', 'hostdev', 'host devices'],
  ['features/vmcoreinfo', 'vmcoreinfo', 'vmcoreinfo'],
  ['genid', 'genid', 'a generation id'],
  ["launchSecurity[@type='sev']", 'sev', 'AMD SEV'],
  ["launchSecurity[@type='tdx']", 'tdx', 'Intel TDX'],
  ['iothreads', 'iothreads', 'I/O threads'],
  ["devices/memory[@model='sgx-epc']", 'sgx', 'SGX memory'],
];
