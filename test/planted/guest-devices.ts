import {
  argumentsOf,
  attach,
  drop,
  hostDevice,
  intent,
  type Planted,
  put,
  screen,
  set,
  system,
  write,
} from './planted.js';

const scsi = (unit: number, shareable: boolean): string =>
  `<hostdev mode='subsystem' type='scsi'><source><adapter name='scsi_host0'/><address bus='0' target='1' unit='${unit}'/></source>${shareable ? '<shareable/>' : ''}</hostdev>`;

const clock = put(
  '/clock',
  "<clock offset='localtime'><timer name='hypervclock' present='yes'/><timer name='hpet' present='no'/></clock>",
);

/** Faults of screens, sensors of life, passed-through devices and the rest. */
export const guestDevices: readonly Planted[] = [
  {
    rule: 'guest-devices/graphics-listen',
    fault: 'two screens on one port',
    severity: 'error',
    autostart: true,
    fail: [...screen("port='5931' autoport='no'")],
    pass: [...screen("port='5932' autoport='no'")],
    others: [[...screen("port='5931' autoport='no'")], [...screen("port='5933' autoport='no'")]],
  },
  {
    rule: 'guest-devices/guest-agent',
    fault: 'no channel for an agent',
    severity: 'hint',
    fail: [drop('/devices/channel')],
  },
  {
    rule: 'guest-devices/passthrough-count',
    fault: 'nine devices of the host',
    severity: 'info',
    both: [...attach(...[0, 1, 2, 3].map(hostDevice))],
    fail: [...attach(...[4, 5, 6, 7, 8].map(hostDevice))],
  },
  {
    rule: 'guest-devices/passthrough-exclusive',
    fault: 'a SCSI unit of the host in two guests, one of which claims it alone',
    severity: 'error',
    autostart: true,
    fail: [...attach(scsi(2, true))],
    pass: [...attach(scsi(3, true))],
    others: [[...attach(scsi(2, false))], [...attach(scsi(3, true))]],
  },
  {
    rule: 'guest-devices/rng-backend',
    fault: '/dev/random on Linux 4.12',
    severity: 'warning',
    host: { '/proc/sys/kernel/osrelease': '4.12.14-default' },
    fail: [write('/devices/rng/backend', '/dev/random')],
  },
  {
    rule: 'guest-devices/rng-present',
    fault: 'none in SLES 12',
    severity: 'warning',
    both: [system('suse.com/sle/12.5')],
    fail: [drop('/devices/rng')],
  },
  {
    rule: 'guest-devices/single-balloon',
    fault: 'one in the XML, one in the arguments',
    severity: 'error',
    both: [...argumentsOf('-device', 'virtio-balloon-pci,id=balloon9')],
    fail: [],
    pass: [set('/devices/memballoon', 'model', 'none')],
  },
  {
    rule: 'guest-devices/tpm-secureboot',
    fault: 'Windows 11 with a BIOS',
    severity: 'warning',
    both: [system('microsoft.com/win/11'), clock],
    fail: [],
    pass: [
      put(
        '/os',
        "<os><type arch='x86_64' machine='q35'>hvm</type><loader readonly='yes' secure='yes' type='pflash'>/usr/share/OVMF/OVMF_CODE_4M.ms.fd</loader><nvram template='/usr/share/OVMF/OVMF_VARS_4M.ms.fd'>/var/lib/libvirt/qemu/nvram/win11.fd</nvram></os>",
      ),
      put('/features', "<features><acpi/><apic/><smm state='on'/></features>"),
      ...attach("<tpm model='tpm-tis'><backend type='passthrough'><device path='/dev/tpm0'/></backend></tpm>"),
    ],
  },
  {
    rule: 'guest-devices/unneeded',
    fault: 'a sound card and a floppy drive',
    severity: 'hint',
    fail: [
      ...attach("<sound model='ich9'/>", "<disk type='file' device='floppy'><target dev='fda' bus='fdc'/></disk>"),
    ],
  },
  {
    rule: 'guest-devices/video-model',
    fault: 'cirrus',
    severity: 'warning',
    fail: [...screen(undefined, 'cirrus')],
    pass: [...screen()],
  },
  {
    rule: 'guest-devices/vnc-keymap',
    fault: '-k handed to QEMU',
    severity: 'warning',
    fail: [...screen(), ...argumentsOf('-k', 'de')],
    pass: [...screen("port='-1' autoport='yes' keymap='de'")],
  },
  {
    rule: 'guest-devices/watchdog-panic',
    fault: 'starts with the host, and nothing sees that it hangs',
    severity: 'hint',
    autostart: true,
    fail: [],
    pass: [...attach("<watchdog model='i6300esb' action='reset'/>")],
  },
  {
    rule: 'migration/passthrough-blocks',
    fault: 'a PCI device of the host in a guest that is to migrate',
    severity: 'warning',
    both: [intent('migratable')],
    fail: [...attach(hostDevice(9))],
    mayBeside: ['guest-devices/passthrough-exclusive'],
  },
];
