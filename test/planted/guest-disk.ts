import { add, argumentsOf, attach, driver, intent, type Planted, put, set, vcpus } from './planted.js';

const scsiDisk = (letter: string, address = ''): string =>
  `<disk type='block' device='disk'><driver name='qemu' type='raw' cache='none' io='native'/><source dev='/dev/vg/${letter}'/><target dev='sd${letter}' bus='scsi'/>${address}</disk>`;
const scsiController = (index: number, model = 'virtio-scsi'): string =>
  `<controller type='scsi' index='${index}' model='${model}'/>`;
const lun = (device: string): readonly string[] => [
  scsiController(0),
  `<disk type='block' device='${device}'><driver name='qemu' type='raw' cache='none'/><source dev='/dev/mapper/storage1'><reservations managed='yes'/></source><target dev='sda' bus='scsi'/></disk>`,
];
const boots = (root: string) =>
  put(
    '/os',
    `<os><type arch='x86_64' machine='q35'>hvm</type><kernel>/srv/vmlinuz</kernel><cmdline>root=${root} ro</cmdline></os>`,
  );
const nfs = { '/proc/self/mounts': '/dev/sda1 / ext4 rw 0 0\nserver:/srv /srv/nfs nfs4 rw,hard,vers=4.2 0 0\n' };
const onNfs = set('/devices/disk/source', 'file', '/srv/nfs/planted.qcow2');

/** Faults of disks. */
export const guestDisk: readonly Planted[] = [
  {
    rule: 'image/format',
    fault: 'a vmdk that the guest writes to',
    severity: 'warning',
    fail: [driver("type='vmdk' cache='none' io='native'")],
  },
  {
    rule: 'guest-disk/cache-mode',
    fault: 'a database through the host’s cache',
    severity: 'hint',
    both: [intent('database')],
    fail: [driver("type='qcow2' discard='unmap'")],
    beside: ['guest-disk/io-uring'],
  },
  {
    rule: 'guest-disk/cache-unsafe',
    fault: 'unsafe under the root disk',
    severity: 'error',
    fail: [driver("type='qcow2' cache='unsafe' discard='unmap'")],
  },
  {
    rule: 'guest-disk/discard',
    fault: 'zeroes are detected, and nothing is given back',
    severity: 'warning',
    fail: [driver("type='qcow2' cache='none' io='native' detect_zeroes='unmap'")],
  },
  {
    rule: 'guest-disk/error-policy',
    fault: 'ignore',
    severity: 'error',
    fail: [driver("type='qcow2' cache='none' io='native' discard='unmap' error_policy='ignore'")],
    pass: [driver("type='qcow2' cache='none' io='native' discard='unmap' error_policy='stop'")],
  },
  {
    rule: 'guest-disk/io-uring',
    fault: 'io_uring where the kernel forbids it',
    severity: 'error',
    host: { '/proc/sys/kernel/io_uring_disabled': '2', '/proc/sys/kernel/osrelease': '6.8.0' },
    fail: [driver("type='qcow2' cache='none' io='io_uring' discard='unmap'")],
  },
  {
    rule: 'guest-disk/iothread',
    fault: 'none for a database',
    severity: 'hint',
    both: [intent('database')],
    fail: [],
    pass: [
      ...add('<iothreads>1</iothreads>'),
      driver("type='qcow2' cache='none' io='native' discard='unmap' iothread='1'"),
    ],
  },
  {
    rule: 'guest-disk/multiqueue',
    fault: 'one queue for the eight vCPUs of a database',
    severity: 'hint',
    both: [intent('database'), vcpus(8)],
    fail: [driver("type='qcow2' cache='none' io='native' discard='unmap' queues='1'")],
    pass: [driver("type='qcow2' cache='none' io='native' discard='unmap' queues='8'")],
  },
  {
    rule: 'guest-disk/native-needs-direct',
    fault: 'native I/O with writethrough',
    severity: 'error',
    fail: [driver("type='qcow2' cache='writethrough' io='native' discard='unmap'")],
    refused: { code: 67, says: /io='native' needs either no disk cache or directsync cache mode/ },
  },
  {
    rule: 'guest-disk/no-hd-shortcuts',
    fault: '-hda handed to QEMU',
    severity: 'warning',
    fail: [...argumentsOf('-hda', 'd.img')],
    pass: [...argumentsOf('-drive', 'file=d.img,if=virtio,format=raw')],
  },
  {
    rule: 'guest-disk/pr-lun-passthrough',
    fault: 'reservations on a disk that is no lun',
    severity: 'error',
    fail: [...attach(...lun('disk'))],
    refused: { code: 67, says: /<reservations\/> allowed only for lun devices/ },
    pass: [...attach(...lun('lun'))],
  },
  {
    rule: 'guest-disk/root-device-name',
    fault: 'root=/dev/sda2 on a virtio disk',
    severity: 'error',
    fail: [boots('/dev/sda2')],
    pass: [boots('UUID=6f1c0a5e-0d5c-4b9a-9a51-0f6f9c2d6f11')],
  },
  {
    rule: 'guest-disk/virtio-bus',
    fault: 'SATA',
    severity: 'warning',
    fail: [put('/devices/disk/target', "<target dev='sda' bus='sata'/>")],
  },
  {
    rule: 'guest-disk/virtio-scsi-controller',
    fault: 'an emulated LSI controller',
    severity: 'warning',
    fail: [...attach(scsiController(0, 'lsilogic'), scsiDisk('a'))],
    pass: [...attach(scsiController(0), scsiDisk('a'))],
  },
  {
    rule: 'guest-disk/virtio-scsi-controller',
    fault: 'nine disks without addresses, one controller',
    severity: 'warning',
    fail: [...attach(scsiController(0), ...[...'abcdefghi'].map(letter => scsiDisk(letter)))],
    pass: [...attach(scsiController(0), scsiController(1), ...[...'abcdefghi'].map(letter => scsiDisk(letter)))],
  },
  {
    rule: 'image/qed-deprecated',
    fault: 'qed',
    severity: 'warning',
    fail: [driver("type='qed' cache='none' io='native' discard='unmap'")],
    pass: [driver("type='raw' cache='none' io='native' discard='unmap'")],
  },
  {
    rule: 'migration/disk-cache-safe',
    fault: 'writeback in a guest that is to migrate',
    severity: 'info',
    host: nfs,
    both: [intent('migratable'), onNfs],
    fail: [driver("type='qcow2' cache='writeback' discard='unmap'")],
  },
  {
    rule: 'host-storage/block-vs-file',
    fault: 'a database in a qcow2 file',
    severity: 'hint',
    both: [intent('database')],
    fail: [],
    pass: [
      put(
        '/devices/disk',
        "<disk type='block' device='disk'><driver name='qemu' type='raw' cache='none' io='native' discard='unmap'/><source dev='/dev/vg/lv'/><target dev='vda' bus='virtio'/></disk>",
      ),
    ],
  },
];
