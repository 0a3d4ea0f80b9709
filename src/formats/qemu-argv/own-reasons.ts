import { type ArgumentFields, fieldOf } from '#formats/qemu-argv/argument-fields';
import { globalReason } from '#formats/qemu-argv/tie-option';

/** Options that libvirt gives every QEMU, or chooses where the XML is silent. */
const options: Readonly<Record<string, string>> = {
  S: 'QEMU waits: libvirt starts the CPUs when everything is set up',
  uuid: 'libvirt makes one up where the XML has none',
  'no-user-config': 'QEMU is to read no configuration of its own',
  nodefaults: 'QEMU is to add no devices of its own',
  'no-shutdown': 'libvirt itself ends QEMU when the guest is off, as on_poweroff says',
  'no-reboot': 'libvirt itself does what on_reboot says',
  'no-hpet': 'no timer hpet is asked for',
  'no-acpi': 'features has no acpi element',
  mon: 'libvirt talks to QEMU through it',
  sandbox: 'seccomp_sandbox of qemu.conf',
  msg: 'time stamps in the log',
  overcommit: 'memory is not locked unless memoryBacking has locked',
  smp: 'libvirt’s default topology: each vCPU a socket',
  rtc: 'libvirt’s default: UTC',
  boot: 'libvirt lets only devices with a boot order boot',
  display: 'no window: libvirt gives screens by graphics elements',
  nographic: 'no window',
  incoming: 'libvirt loads a state: migration, or a saved guest',
  'add-fd': 'libvirt hands over an open file',
  audiodev: 'libvirt adds sound output where a screen or a card wants one',
  'enable-fips': 'the host is in FIPS mode',
  cpu: 'the XML has no cpu element: libvirt’s default, with what clock and features ask of it',
  vga: 'libvirt gives cards as devices',
  compat: 'deprecation_behavior of qemu.conf',
  D: 'a log that libvirt asked for',
  runas: 'the user of qemu.conf',
  numa: 'libvirt makes one node where memory can be hot-plugged',
};

/** Devices that libvirt adds by itself, by driver. */
const drivers: readonly (readonly [driver: RegExp, reason: string])[] = [
  [
    /^(?:pcie-root-port|ioh3420|pcie-pci-bridge|pci-bridge|i82801b11-bridge|x3130-upstream|xio3130-downstream|pxb)/,
    'a PCI slot that libvirt adds: for a device, or to hot-plug one',
  ],
  [
    /usb-[eoux]hci|usb-uhci|usb-ehci|-xhci|^pci-ohci/,
    'libvirt adds a USB controller unless one of model none is named',
  ],
  [/^virtio-serial/, 'a controller that libvirt adds for channels'],
  [/^(?:virtio-scsi|lsi|megasas|mptsas)/, 'a SCSI controller that libvirt adds for disks'],
  [/^(?:ahci|ich9-ahci)/, 'a SATA controller that libvirt adds for disks'],
  [/^virtio-balloon/, 'libvirt adds a balloon unless memballoon has model none'],
  [/^usb-(?:tablet|mouse|kbd)/, 'libvirt adds an input device for the screen'],
  [/^(?:VGA|cirrus-vga|qxl|virtio-vga|virtio-gpu|bochs)/, 'libvirt adds a card for the screen'],
  [/^(?:isa-fdc)/, 'the floppy controller'],
  [/^(?:usb-ccid)/, 'a controller that libvirt adds for smart cards'],
];

/** Objects and character devices, by id. */
const ids: readonly (readonly [id: RegExp, reason: string])[] = [
  [/^masterKey0$/, 'the key with which libvirt encrypts secrets for this QEMU'],
  [/^(?:char)?monitor$|^charmonitor$/, 'libvirt talks to QEMU through it'],
  [/^(?:qmp-event|agent)/, 'libvirt talks to QEMU through it'],
  [/^objlibvirt_migrate/, 'for migration'],
  [/^libvirt-pflash/, 'firmware that libvirt chose for os/@firmware'],
  [/^(?:pc|ppc_spapr|s390|mach-virt|loongarch|riscv_virt_board)\.ram$|^ram$/, 'the guest’s memory'],
];

/** Says why libvirt gives an argument that no element asks for; undefined where that is not known. */
export function ownReason(option: string | undefined, fields: ArgumentFields): string | undefined {
  const id = fieldOf(fields, 'id') ?? fieldOf(fields, 'node-name') ?? '';
  const byId = ids.find(([pattern]) => pattern.test(id))?.[1];
  if (byId !== undefined) return byId;
  if (option === 'device') {
    const driver = fieldOf(fields, 'driver') ?? '';
    return drivers.find(([pattern]) => pattern.test(driver))?.[1];
  }
  if (option === 'global') return globalReason(fields);
  return option === undefined ? undefined : options[option];
}
