import { defineRule } from '#check/define-rule';
import { bad, good, notApplicable } from '#check/verdict';
import { known, orAbsent } from '#model/known';

const shortcut = /^--?hd[abcd]$/;
const args = (...list: readonly string[]): string =>
  `<qemu:commandline>${list.map(arg => `<qemu:arg value='${arg}'/>`).join('')}</qemu:commandline>`;

export default defineRule({
  id: 'guest-disk/no-hd-shortcuts',
  subject: 'guest',
  guide: ['6.1.1'],
  severity: 'warning',
  says: 'No disk is added by the -hda to -hdd shortcuts of QEMU.',
  because:
    'Such a disk is an emulated one, its format is guessed from what the guest wrote there, and libvirt neither labels nor locks it.',
  sources: [
    { grade: 'documented', at: 'SUSE Virtualization Best Practices, 6.1.1: -hd[abcd] is not virtio' },
    { grade: 'documented', at: 'QEMU: block.c, warning: Image format was not specified and probing guessed raw' },
  ],
  when: { guestType: ['kvm', 'qemu'] },
  intents: {},
  params: {},
  costs: ['The disk gets another name in the guest.'],
  needs: {
    qemuArguments: ({ guest }) => guest.config.qemuArguments,
    disks: ({ guest }) => orAbsent(guest.config.disks),
    guest: ({ guest }) => known(guest.name),
  },
  check({ qemuArguments, disks = [], guest }) {
    if (qemuArguments.length === 0) return notApplicable('it has no arguments of its own for QEMU');
    const found = qemuArguments.flatMap((argument, at) =>
      shortcut.test(argument) ? [`${argument} ${qemuArguments[at + 1] ?? ''}`.trim()] : [],
    );
    if (found.length === 0) return good;
    const taken = new Set(disks.map(({ target }) => target));
    const free =
      'abcdefghijklmnopqrstuvwxyz'
        .split('')
        .map(letter => `vd${letter}`)
        .find(name => !taken.has(name)) ?? 'vdaa';
    return bad(`its QEMU gets ${found.join(' and ')}`, {
      wants: 'a <disk> with a format and bus virtio',
      otherwise: `virsh edit ${guest}: take the arguments away and add for each <disk type='file' device='disk'><driver name='qemu' type='FORMAT'/><source file='PATH'/><target dev='${free}' bus='virtio'/></disk>; on a command line of your own: -drive file=PATH,if=virtio,format=FORMAT.`,
    });
  },
  examples: [
    { name: '-hda', guest: args('-hda', 'd.img'), expect: 'bad', severity: 'warning' },
    { name: '-drive', guest: args('-drive', 'file=d.img,if=virtio,format=raw'), expect: 'good' },
    { name: 'no arguments', expect: 'not-applicable' },
    {
      name: 'a disk beside it that cannot be read',
      guest: `${args('-hda', 'd.img')}<devices><disk/></devices>`,
      expect: 'unknown',
    },
  ],
});
