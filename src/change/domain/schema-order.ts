/**
 * The order in which libvirt itself writes the children of an element (formatdomain; virDomainDefFormatInternal and its helpers).
 * Its schemas allow most orders, but libxml2 refuses some of them, and a reader expects this one.
 */
const orders: Readonly<Record<string, readonly string[]>> = {
  domain: [
    ...['name', 'uuid', 'genid', 'title', 'description', 'metadata', 'maxMemory', 'memory', 'currentMemory', 'blkiotune'],
    ...['memtune', 'memoryBacking', 'vcpu', 'vcpus', 'iothreads', 'iothreadids', 'defaultiothread', 'cputune', 'numatune'],
    ...['resource', 'sysinfo', 'bootloader', 'bootloader_args', 'os', 'idmap', 'features', 'cpu', 'clock', 'on_poweroff'],
    ...['on_reboot', 'on_crash', 'on_lockfailure', 'pm', 'perf', 'devices', 'seclabel', 'keywrap', 'launchSecurity'],
    ...['qemu:commandline', 'qemu:capabilities', 'qemu:override', 'qemu:deprecation'],
  ],
  memoryBacking: ['hugepages', 'nosharepages', 'locked', 'source', 'access', 'allocation', 'discard'],
  memtune: ['hard_limit', 'soft_limit', 'min_guarantee', 'swap_hard_limit'],
  numatune: ['memory', 'memnode'],
  cputune: [
    ...['shares', 'period', 'quota', 'global_period', 'global_quota', 'emulator_period', 'emulator_quota'],
    ...['iothread_period', 'iothread_quota', 'vcpupin', 'emulatorpin', 'iothreadpin', 'emulatorsched', 'vcpusched'],
    ...['iothreadsched', 'cachetune', 'memorytune'],
  ],
  os: ['type', 'firmware', 'loader', 'nvram', 'kernel', 'initrd', 'cmdline', 'dtb', 'boot', 'bootmenu', 'smbios', 'bios'],
  features: [
    ...['pae', 'acpi', 'apic', 'hap', 'viridian', 'privnet', 'hyperv', 'kvm', 'xen', 'pvspinlock', 'pmu', 'vmport', 'gic'],
    ...['smm', 'ioapic', 'hpt', 'vmcoreinfo', 'htm', 'nested-hv', 'msrs', 'ccf-assist', 'cfpc', 'sbbc', 'ibs', 'tcg'],
  ],
  hyperv: [
    ...['relaxed', 'vapic', 'spinlocks', 'vpindex', 'runtime', 'synic', 'stimer', 'reset', 'vendor_id', 'frequencies'],
    ...['reenlightenment', 'tlbflush', 'ipi', 'evmcs', 'avic', 'emsr_bitmap', 'xmm_input'],
  ],
  kvm: ['hidden', 'hint-dedicated', 'poll-control', 'pv-ipi', 'dirty-ring'],
  cpu: ['model', 'vendor', 'topology', 'cache', 'maxphysaddr', 'feature', 'numa'],
  cell: ['distances', 'cache'],
  clock: ['timer'],
  pm: ['suspend-to-mem', 'suspend-to-disk'],
  devices: [
    ...['emulator', 'disk', 'controller', 'lease', 'filesystem', 'interface', 'smartcard', 'serial', 'parallel', 'console'],
    ...['channel', 'input', 'tpm', 'graphics', 'sound', 'audio', 'video', 'hostdev', 'redirdev', 'redirfilter', 'hub'],
    ...['watchdog', 'memballoon', 'rng', 'nvram', 'panic', 'shmem', 'memory', 'iommu', 'vsock', 'crypto'],
  ],
  disk: [
    ...['driver', 'auth', 'source', 'backingStore', 'backenddomain', 'geometry', 'blockio', 'mirror', 'target', 'iotune'],
    ...['readonly', 'shareable', 'transient', 'serial', 'wwn', 'vendor', 'product', 'encryption', 'boot', 'alias', 'address'],
  ],
  interface: [
    ...['mac', 'source', 'virtualport', 'ip', 'route', 'script', 'backenddomain', 'target', 'guest', 'model', 'driver'],
    ...['backend', 'filterref', 'boot', 'tune', 'link', 'mtu', 'coalesce', 'bandwidth', 'vlan', 'port', 'teaming', 'rom'],
    ...['alias', 'address'],
  ],
  controller: ['driver', 'model', 'target', 'pcihole64', 'alias', 'address'],
  rng: ['rate', 'backend', 'driver', 'alias', 'address'],
  memballoon: ['stats', 'alias', 'driver', 'address'],
  video: ['driver', 'model', 'acceleration', 'alias', 'address'],
  channel: ['source', 'protocol', 'target', 'alias', 'address'],
  watchdog: ['alias', 'address'],
  filesystem: ['driver', 'binary', 'source', 'target', 'readonly', 'alias', 'address'],
  tpm: ['backend', 'alias', 'address'],
};

/** The order of the children of an element of that name; empty where it has none that we know. */
export const childOrder = (element: string): readonly string[] =>
  Object.hasOwn(orders, element) ? (orders[element] ?? []) : [];
