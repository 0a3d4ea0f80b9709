import { editDisks } from '#change/kinds/domain-disks';
import { defineRule } from '#check/define-rule';
import { bad, good, notApplicable, undecided } from '#check/verdict';
import { ifKnown, known, orAbsent } from '#model/known';

const usual = '/usr/bin/qemu-pr-helper';
const socket = '/run/qemu-pr-helper.sock';
const lun = (reservations: string): string =>
  `<devices><controller type='scsi' index='0' model='virtio-scsi'/><disk type='block' device='lun'><driver name='qemu' type='raw' cache='none'/><source dev='/dev/mapper/storage1'>${reservations}</source><target dev='sda' bus='scsi'/></disk></devices>`;
const managed = lun("<reservations managed='yes'/>");
const own = (path: string): string =>
  lun(`<reservations managed='no'><source type='unix' path='${path}' mode='client'/></reservations>`);

export default defineRule({
  id: 'guest-disk/pr-managed',
  subject: 'guest',
  guide: ['7.8'],
  severity: 'error',
  says: 'Whoever speaks to the storage for the guest’s reservations is there.',
  because:
    'QEMU may not send reservations itself: a helper with the right does it. Without it the guest does not start, or its cluster cannot fence.',
  sources: [
    { grade: 'documented', at: 'SUSE Virtualization Best Practices, 7.8: managed yes, or a socket of one’s own' },
    { grade: 'documented', at: 'libvirt: formatdomain, source/reservations (4.4.0): managed yes is recommended' },
    { grade: 'documented', at: 'QEMU: qemu-pr-helper(8); libvirt: qemu.conf, pr_helper' },
  ],
  when: { guestType: ['kvm', 'qemu'] },
  intents: {},
  params: {},
  costs: ['With managed yes each guest has a helper of its own.'],
  needs: {
    disks: ({ guest }) => orAbsent(guest.config.disks),
    files: ({ host }) => ifKnown(host.imageFiles),
    conf: ({ host }) => ifKnown(host.libvirt.qemuConf),
    name: ({ guest }) => known(guest.name),
  },
  check({ disks = [], files = [], conf, name }) {
    const judged = disks.flatMap(disk => (disk.reservations === undefined ? [] : [{ disk, ...disk.reservations }]));
    if (judged.length === 0) return notApplicable('no disk has reservations');
    const nameless = judged.find(one => !one.isManaged && one.socket === undefined);
    const otherMode = judged.find(one => !one.isManaged && one.mode !== undefined && one.mode !== 'client');
    const wrong = nameless ?? otherMode;
    if (wrong !== undefined) {
      return bad(
        `the reservations of ${wrong.disk.target} are not managed, and ${wrong.socket === undefined ? 'name no socket' : `their mode is ${wrong.mode}`}`,
        {
          wants: "managed='yes', or <source type='unix' path='SOCKET' mode='client'/>",
          so: 'libvirt refuses the guest',
          evidence: [wrong.disk.at],
          fix: [
            editDisks(name, [
              wrong.socket === undefined
                ? { target: wrong.disk.target, place: 'source/reservations/@managed', before: 'no', after: 'yes' }
                : {
                    target: wrong.disk.target,
                    place: 'source/reservations/source/@mode',
                    before: wrong.mode,
                    after: 'client',
                  },
            ]),
          ],
        },
      );
    }
    const helper = conf?.get('pr_helper')?.values[0] ?? usual;
    const needed = judged.map(one => ({ disk: one.disk, path: one.socket ?? helper, isManaged: one.isManaged }));
    const found = (path: string): boolean | undefined => files.find(file => file.path === path)?.isThere;
    const gone = needed.find(({ path }) => found(path) === false);
    if (gone !== undefined) {
      return bad(`${gone.path}, which reservations of ${gone.disk.target} need, is not there`, {
        wants: gone.isManaged ? 'qemu-pr-helper, which comes with QEMU' : 'a qemu-pr-helper that listens there',
        so: 'the guest does not start',
        evidence: [{ from: `statfs ${gone.path}`, value: 'not there' }, gone.disk.at],
        otherwise: gone.isManaged
          ? `Install it: zypper install qemu-tools; apt install qemu-system-common; dnf install qemu-pr-helper. Elsewhere: pr_helper in /etc/libvirt/qemu.conf.`
          : `systemctl enable --now qemu-pr-helper.socket, whose ListenStream must be ${gone.path}; or virsh edit ${name}: <reservations managed='yes'/>.`,
      });
    }
    const open = needed.find(({ path }) => found(path) === undefined);
    return open === undefined
      ? good
      : undecided(`whether ${open.path} is there was not looked at`, `ls -l ${open.path}`);
  },
  examples: [
    { name: 'no helper', guest: managed, files: { '/usr/bin/': '', [usual]: null }, expect: 'bad', severity: 'error' },
    { name: 'a helper', guest: managed, expect: 'good' },
    { name: 'a socket', guest: own(socket), expect: 'good' },
    { name: 'no socket', guest: own(socket), files: { '/run/': '', [socket]: null }, expect: 'bad' },
    { name: 'neither managed nor a socket', guest: lun("<reservations managed='no'/>"), expect: 'bad' },
    { name: 'no reservations', expect: 'not-applicable' },
    {
      name: 'a helper elsewhere that nobody looked for',
      guest: managed,
      files: { '/etc/libvirt/qemu.conf': 'pr_helper = "/opt/qemu/bin/qemu-pr-helper"' },
      expect: 'unknown',
    },
  ],
});
