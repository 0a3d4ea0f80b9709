import { defineRule } from '#check/define-rule';
import { bad, good, notApplicable } from '#check/verdict';
import { diskBus } from '#model/derived/disk-bus';
import { guestSystem } from '#model/derived/guest-system';
import { lacksVirtio } from '#model/derived/lacks-virtio';
import { ifKnown, known, orAbsent } from '#model/known';

const emulated = new Set(['ide', 'sata', 'usb', 'fdc', 'sd']);
const disk = (target: string, device = 'disk'): string =>
  `<devices><disk type='file' device='${device}'><driver name='qemu' type='qcow2'/><source file='/var/lib/libvirt/images/g.qcow2'/><target ${target}/></disk></devices>`;
const windows =
  "<metadata><libosinfo:libosinfo xmlns:libosinfo='http://libosinfo.org/xmlns/libvirt/domain/1.0'><libosinfo:os id='http://microsoft.com/win/2k22'/></libosinfo:libosinfo></metadata>";

export default defineRule({
  id: 'guest-disk/virtio-bus',
  subject: 'guest',
  guide: ['6.1.1', '4.3.3'],
  severity: 'warning',
  says: 'Disks are paravirtual.',
  because:
    'An emulated IDE, SATA or USB disk traps to QEMU at its registers and has one short queue: more CPU time for less throughput than virtio.',
  sources: [
    { grade: 'documented', at: 'SUSE Virtualization Best Practices, 6.1.1' },
    { grade: 'measured', at: 'libvirt 9.0: a target hda without bus becomes ide' },
  ],
  when: { guestType: ['kvm', 'qemu'] },
  intents: {},
  params: {},
  costs: [
    'The disk gets another name in the guest: root= and fstab must not name /dev/sd or /dev/hd.',
    'The guest needs the driver at boot: virtio_blk in the initrd, on Windows the virtio-win driver.',
  ],
  needs: {
    disks: ({ guest }) => orAbsent(guest.config.disks),
    system: ({ guest }) => ifKnown(guestSystem(guest)),
    osId: ({ guest }) => ifKnown(guest.osId),
    guest: ({ guest }) => known(guest.name),
  },
  check({ disks = [], system, osId, guest }) {
    const judged = disks.filter(({ device }) => device === 'disk' || device === 'lun');
    if (judged.length === 0) return notApplicable('it has no hard disk');
    const wrong = judged.filter(one => emulated.has(diskBus(one) ?? ''));
    const [first] = wrong;
    if (first === undefined) return good;
    if (osId !== undefined && lacksVirtio(osId)) return notApplicable('its system has no drivers for virtio');
    const names = wrong.map(({ target }) => target).join(', ');
    const isWindows = system === 'windows';
    return bad(
      wrong.length === 1
        ? `its disk ${names} hangs on an emulated ${diskBus(first)} bus`
        : `${wrong.length} of its disks hang on emulated buses: ${names}`,
      {
        wants: 'bus virtio, or scsi with a virtio-scsi controller',
        severity: isWindows ? 'hint' : 'warning',
        parts: wrong.map(one => ({ key: one.target, saw: `${one.target}: ${diskBus(one)}`, evidence: [one.at] })),
        otherwise: isWindows
          ? `Attach a small virtio disk first and install the virtio-win driver for it in the guest; then virsh edit ${guest}: give ${names} a target vd… with bus='virtio' and take away the <address>; start from off.`
          : `In the guest name file systems by UUID (root= and fstab) and put virtio_blk into the initrd (dracut -f --add-drivers virtio_blk); then virsh edit ${guest}: give ${names} a target vd… with bus='virtio' and take away the <address>; start from off.`,
      },
    );
  },
  examples: [
    { name: 'SATA', guest: disk("dev='sda' bus='sata'"), expect: 'bad', severity: 'warning' },
    { name: 'virtio', guest: disk("dev='vda' bus='virtio'"), expect: 'good' },
    { name: 'hda without a bus, which libvirt makes ide', guest: disk("dev='hda'"), expect: 'bad' },
    { name: 'SATA in Windows', guest: `${windows}${disk("dev='sda' bus='sata'")}`, expect: 'bad', severity: 'hint' },
    {
      name: 'on SCSI, which guest-disk/virtio-scsi-controller judges',
      guest: disk("dev='sda' bus='scsi'"),
      expect: 'good',
    },
    {
      name: 'a system without a driver',
      guest: `${windows.replace('win/2k22', 'win/2k')}${disk("dev='hda' bus='ide'")}`,
      expect: 'not-applicable',
    },
    { name: 'only a CD drive', guest: disk("dev='sda' bus='sata'", 'cdrom'), expect: 'not-applicable' },
    { name: 'a disk without a target', guest: '<devices><disk/></devices>', expect: 'unknown' },
  ],
});
