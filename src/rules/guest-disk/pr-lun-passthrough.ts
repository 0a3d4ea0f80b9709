import { defineRule } from '#check/define-rule';
import { bad, good, notApplicable, type Severity } from '#check/verdict';
import { diskBus } from '#model/derived/disk-bus';
import type { Disk } from '#model/domain-devices';
import { known, orAbsent } from '#model/known';

const lun = (attributes: string, driver: string, bus: string, more: string): string =>
  `<devices><controller type='scsi' index='0' model='virtio-scsi'/><disk ${attributes}><driver name='qemu' ${driver}/><source dev='/dev/mapper/storage1'>${more}</source><target dev='sda' bus='${bus}'/></disk></devices>`;
const pr = "<reservations managed='yes'/>";
const block = "type='block' device='lun'";

/** What is wrong with a disk that is passed through or has reservations. */
function faultOf(disk: Disk): { readonly severity: Severity; readonly saw: string } | undefined {
  const { device, type, format, isShareable, reservations, cache } = disk;
  const bus = diskBus(disk) ?? 'scsi';
  const error = (saw: string): { severity: Severity; saw: string } => ({ severity: 'error', saw });
  if (device !== 'lun') return error(`reservations on device ${device}, which only lun may have`);
  if (type !== 'block' && type !== 'network' && type !== 'volume') return error(`a lun of type ${type}`);
  if ((format ?? 'raw') !== 'raw') return error(`a lun of format ${format}`);
  if (bus !== 'scsi') return error(`a lun on bus ${bus}`);
  if (!isShareable) return undefined;
  // what is shared for writing gets cache none where nothing is said
  if (!['none', 'default', 'directsync'].includes(cache ?? 'default'))
    return { severity: 'warning', saw: `a shared lun with cache ${cache}` };
  return reservations !== undefined ? undefined : { severity: 'warning', saw: 'a shared lun without <reservations>' };
}

export default defineRule({
  id: 'guest-disk/pr-lun-passthrough',
  subject: 'guest',
  guide: ['7.8'],
  severity: 'error',
  says: 'Disks for SCSI reservations are raw block devices passed through as LUNs on a SCSI bus.',
  because:
    'Reservations are SCSI commands: only a LUN passed through hands them to the storage, and a cluster that cannot reserve cannot fence.',
  sources: [
    { grade: 'documented', at: 'SUSE Virtualization Best Practices, 7.8' },
    {
      grade: 'measured',
      at: "libvirt 9.0: lun “only valid for block type”, “must use 'raw' format”, reservations “allowed only for lun devices”; bus virtio is accepted",
    },
    { grade: 'documented', at: 'libvirt: formatdomain, disk/@device lun; source/reservations (4.4.0)' },
  ],
  when: { guestType: ['kvm', 'qemu'] },
  intents: {},
  params: {},
  costs: ['No image format and no snapshot of such a disk; migration needs the same path on each host.'],
  needs: { disks: ({ guest }) => orAbsent(guest.config.disks), guest: ({ guest }) => known(guest.name) },
  check({ disks = [], guest }) {
    const judged = disks.filter(({ device, reservations }) => device === 'lun' || reservations !== undefined);
    if (judged.length === 0) return notApplicable('no disk is a LUN passed through');
    const wrong = judged.flatMap(disk => {
      const fault = faultOf(disk);
      return fault === undefined ? [] : [{ disk, ...fault }];
    });
    const [first] = wrong;
    if (first === undefined) return good;
    return bad(
      wrong.length === 1
        ? `its disk ${first.disk.target} is ${first.saw}`
        : `${wrong.length} of its disks are no LUNs that can be reserved`,
      {
        severity: wrong.some(({ severity }) => severity === 'error') ? 'error' : 'warning',
        wants: 'type block, device lun, format raw, bus scsi, with reservations',
        parts: wrong.map(({ disk, saw }) => ({ key: disk.target, saw: `${disk.target}: ${saw}`, evidence: [disk.at] })),
        otherwise: `virsh edit ${guest}: <disk type='block' device='lun'><driver name='qemu' type='raw' cache='none'/><source dev='/dev/mapper/ALIAS'><reservations managed='yes'/></source><target dev='${first.disk.target}' bus='scsi'/></disk>`,
      },
    );
  },
  examples: [
    { name: "the guide's sample", guest: lun(block, "type='raw' cache='none'", 'scsi', pr), expect: 'good' },
    {
      name: 'reservations on a disk',
      guest: lun("type='block' device='disk'", "type='raw'", 'scsi', pr),
      expect: 'bad',
      severity: 'error',
    },
    { name: 'a lun in a file', guest: lun("type='file' device='lun'", "type='raw'", 'scsi', pr), expect: 'bad' },
    { name: 'qcow2 on it', guest: lun(block, "type='qcow2'", 'scsi', pr), expect: 'bad' },
    { name: 'on virtio, which libvirt accepts', guest: lun(block, "type='raw'", 'virtio', pr), expect: 'bad' },
    {
      name: 'shared without reservations',
      guest: lun(block, "type='raw' cache='none'", 'scsi', '').replace('</disk>', '<shareable/></disk>'),
      expect: 'bad',
      severity: 'warning',
    },
    {
      name: 'shared and cached',
      guest: lun(block, "type='raw' cache='writeback'", 'scsi', pr).replace('</disk>', '<shareable/></disk>'),
      expect: 'bad',
      severity: 'warning',
    },
    { name: 'no lun', expect: 'not-applicable' },
    { name: 'a disk that cannot be read', guest: '<devices><disk/></devices>', expect: 'unknown' },
  ],
});
