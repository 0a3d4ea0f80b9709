/** Where in the domain XML a field of an option comes from: paths below `<domain>`, the first that is there; `@name` behind it an attribute. */
export type FieldSources = Readonly<Record<string, readonly string[]>>;

/** Fields of `-machine`; libvirt: qemuBuildMachineCommandLine. */
export const machineSources: FieldSources = {
  type: ['os/type@machine'],
  accel: ['@type'],
  vmport: ['features/vmport'],
  smm: ['features/smm', 'os/loader@secure'],
  'dump-guest-core': ['memory@dumpCore'],
  'mem-merge': ['memoryBacking/nosharepages'],
  'memory-backend': ['memory'],
  'memory-encryption': ['launchSecurity'],
  'confidential-guest-support': ['launchSecurity'],
  pflash0: ['os/loader', 'os@firmware'],
  pflash1: ['os/nvram', 'os@firmware'],
  kernel_irqchip: ['features/ioapic', 'devices/iommu'],
  'gic-version': ['features/gic'],
  hpet: ["clock/timer[@name='hpet']"],
  acpi: ['features/acpi'],
  nvdimm: ["devices/memory[@model='nvdimm']"],
  hmat: ['cpu/numa/interconnects', 'cpu/numa'],
  'aes-key-wrap': ["keywrap/cipher[@name='aes']"],
  'dea-key-wrap': ["keywrap/cipher[@name='dea']"],
  'resize-hpt': ['features/hpt'],
  'cap-hpt-max-page-size': ['features/hpt/maxpagesize'],
  'cap-htm': ['features/htm'],
  'cap-nested-hv': ['features/nested-hv'],
  'cap-ccf-assist': ['features/ccf-assist'],
  'cap-cfpc': ['features/cfpc'],
  'cap-sbbc': ['features/sbbc'],
  'cap-ibs': ['features/ibs'],
  loadparm: ['devices/disk/boot@loadparm', 'devices/interface/boot@loadparm'],
  iommu: ['devices/iommu'],
};

/** Fields of `-cpu` that are no features of the CPU; libvirt: qemuBuildCpuCommandLine. Underscores count as dashes. */
export const cpuSources: FieldSources = {
  model: ['cpu'],
  migratable: ['cpu@migratable', 'cpu'],
  kvm: ['features/kvm/hidden'],
  pmu: ['features/pmu'],
  'kvm-pv-unhalt': ['features/pvspinlock'],
  'kvm-pv-eoi': ['features/apic@eoi'],
  kvmclock: ["clock/timer[@name='kvmclock']"],
  'tsc-frequency': ["clock/timer[@name='tsc']"],
  'host-phys-bits': ['cpu/maxphysaddr'],
  'host-phys-bits-limit': ['cpu/maxphysaddr'],
  'phys-bits': ['cpu/maxphysaddr'],
  'l3-cache': ['cpu/cache', 'cpu'],
  'host-cache-info': ['cpu/cache', 'cpu'],
  'kvm-hint-dedicated': ['features/kvm/hint-dedicated'],
  'kvm-poll-control': ['features/kvm/poll-control'],
  'hv-time': ["clock/timer[@name='hypervclock']"],
  'hv-vendor-id': ['features/hyperv/vendor_id'],
  'hv-stimer-direct': ['features/hyperv/stimer'],
  'hv-passthrough': ['features/hyperv@mode'],
};

/** Options whose whole value comes from one place. */
export const optionSources: FieldSources = {
  name: ['name'],
  uuid: ['uuid'],
  accel: ['@type'],
  kernel: ['os/kernel'],
  initrd: ['os/initrd'],
  append: ['os/cmdline'],
  dtb: ['os/dtb'],
  shim: ['os/shim'],
  acpitable: ['os/acpi/table'],
  bios: ['os/loader'],
  k: ['devices/graphics@keymap'],
  'no-hpet': ["clock/timer[@name='hpet']"],
  'no-reboot': ['on_reboot'],
  'watchdog-action': ['devices/watchdog@action', 'devices/watchdog'],
  action: ['devices/watchdog@action', 'devices/watchdog', 'on_crash', 'on_reboot'],
  'mem-prealloc': ['memoryBacking/allocation', 'memoryBacking/hugepages', 'memoryBacking'],
  'mem-path': ['memoryBacking/hugepages', 'memoryBacking/source', 'memoryBacking'],
  realtime: ['memoryBacking/locked'],
  vnc: ["devices/graphics[@type='vnc']"],
  spice: ["devices/graphics[@type='spice']"],
  sdl: ["devices/graphics[@type='sdl']"],
  'enable-kvm': ['@type'],
  compat: ['qemu:deprecation'],
};

/** Fields of options that come from several places. */
export const fieldSources: Readonly<Record<string, FieldSources>> = {
  machine: machineSources,
  m: { size: ['memory'], slots: ['maxMemory@slots'], maxmem: ['maxMemory'] },
  overcommit: { 'mem-lock': ['memoryBacking/locked'] },
  smp: {
    cpus: ['vcpu'],
    maxcpus: ['vcpu'],
    sockets: ['cpu/topology'],
    dies: ['cpu/topology'],
    clusters: ['cpu/topology'],
    cores: ['cpu/topology'],
    threads: ['cpu/topology'],
  },
  rtc: { base: ['clock'], clock: ["clock/timer[@name='rtc']"], driftfix: ["clock/timer[@name='rtc']"] },
  boot: {
    order: ['os/boot'],
    menu: ['os/bootmenu'],
    'splash-time': ['os/bootmenu@timeout'],
    'reboot-timeout': ['os/bios'],
    strict: ['os/boot', 'devices/disk/boot', 'devices/interface/boot'],
  },
};

/** `-global`: properties by `driver.property`, as regular expressions; the first that fits. */
export const globalSources: readonly (readonly [property: RegExp, paths: readonly string[], otherwise: string])[] = [
  [/^cfi\.pflash01\.secure$/, ['os/loader@secure', 'features/smm'], 'firmware that libvirt chose wants a secure flash'],
  [/^kvm-pit\.lost_tick_policy$/, ["clock/timer[@name='pit']"], 'libvirt’s default for lost ticks'],
  [/\.disable_s3$/, ['pm/suspend-to-mem'], 'libvirt’s default for sleep states'],
  [/\.disable_s4$/, ['pm/suspend-to-disk'], 'libvirt’s default for sleep states'],
  [/pci-hole64-size$/, ["devices/controller[@type='pci']/pcihole64"], 'libvirt’s default'],
  [/^ICH9-LPC\.noreboot$/, ["devices/watchdog[@model='itco']"], 'the watchdog of the chip set'],
  [/^isa-fdc\./, ["devices/disk[@device='floppy']", "devices/controller[@type='fdc']"], 'the floppy controller'],
  [
    /^(?:PIIX4_PM|ICH9-LPC)\.acpi-/,
    ['features/acpi', "devices/controller[@type='pci']/target@hotplug"],
    'hot-plug of PCI slots',
  ],
  [/^pcie-root-port\.|^ioh3420\./, ["devices/controller[@model='pcie-root-port']"], 'ports'],
  [/^qxl|^VGA/i, ['devices/video/model'], 'memory of the card'],
];

/** Devices that have no id of their own, by driver. */
export const driverSources: readonly (readonly [driver: RegExp, paths: readonly string[]])[] = [
  [/^ich9-usb-/, ["devices/controller[@type='usb']"]],
  [
    /^(?:piix\d-usb-uhci|pci-ohci|nec-usb-xhci|qemu-xhci|usb-ehci|vt82c686b-usb-uhci)$/,
    ["devices/controller[@type='usb']"],
  ],
  [/^(?:pvpanic|isa-pvpanic|pvpanic-pci)$/, ['devices/panic']],
  [/^vmcoreinfo$/, ['features/vmcoreinfo']],
  [/^(?:intel-iommu|virtio-iommu-pci|amd-iommu|smmuv3)$/, ['devices/iommu']],
  [/^vmgenid$/, ['genid']],
  [/^(?:vhost-vsock-pci|vhost-vsock-ccw|vhost-vsock-device)$/, ['devices/vsock']],
  [/^usb-ccid$/, ["devices/controller[@type='ccid']", 'devices/smartcard']],
  [/^virtio-serial/, ["devices/controller[@type='virtio-serial']"]],
  [/^(?:ahci|ich9-ahci)$/, ["devices/controller[@type='sata']"]],
  [/^isa-fdc$/, ["devices/controller[@type='fdc']", "devices/disk[@device='floppy']"]],
  [/^(?:ich9-intel-hda|intel-hda|hda-\w+|AC97|ES1370|sb16|usb-audio)$/, ['devices/sound']],
  [
    /^(?:VGA|cirrus-vga|qxl|qxl-vga|virtio-vga|virtio-gpu|bochs-display|ramfb|vmware-svga|secondary-vga)/,
    ['devices/video'],
  ],
  [/^floppy$/, ["devices/disk[@device='floppy']"]],
];
