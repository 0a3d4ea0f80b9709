import { defineRule } from '#check/define-rule';
import { bad, good, notApplicable } from '#check/verdict';
import { diskBus } from '#model/derived/disk-bus';
import { guestSystem } from '#model/derived/guest-system';
import type { Guest } from '#model/guest';
import { absent, chainKnown, ifKnown, type Known, known, orAbsent, unknown } from '#model/known';

const direct = (root: string, disk = "dev='vda' bus='virtio'"): string =>
  `<os><type arch='x86_64' machine='pc-q35-8.2'>hvm</type><kernel>/srv/vmlinuz</kernel><cmdline>root=${root} ro</cmdline></os><devices><disk type='file' device='disk'><driver name='qemu' type='raw'/><source file='/srv/g.raw'/><target ${disk}/></disk></devices>`;

const sata =
  "<devices><disk type='file' device='disk'><driver name='qemu' type='raw'/><source file='/srv/g.raw'/><target dev='sda' bus='sata'/></disk></devices>";

/** Gives root= of the kernel that libvirt boots itself, else of the one that runs, as the guest says; its disk is not to be seen from here. */
const rootOf = (guest: Guest): Known<string> =>
  chainKnown(guest.config.os, os => {
    if (os.kernel === undefined) {
      const running = chainKnown(guest.inside.commandLine, words => {
        const value = words.findLast(({ name }) => name === 'root')?.value;
        return value === undefined ? absent() : known(value);
      });
      if (running.state !== 'unknown') return running;
      return unknown(
        `the boot loader of the guest lies on its disk, and ${running.reason}`,
        `${running.remedy ?? 'the guest agent'}; or in the guest: grep -o 'root=[^ ]*' /proc/cmdline; grep -E '^/dev/[sh]d' /etc/fstab`,
      );
    }
    const root = /(?:^|\s)root=(\S+)/.exec(os.commandLine ?? '')?.[1];
    return root === undefined ? absent() : known(root);
  });

export default defineRule({
  id: 'guest-disk/root-device-name',
  subject: 'guest',
  guide: ['6.1.1'],
  severity: 'warning',
  says: 'The root file system is named by UUID or label, not by the name of a disk.',
  because:
    'A disk that moves to virtio is /dev/vda and no longer /dev/sda: a guest whose root= names the old one does not boot.',
  sources: [
    { grade: 'documented', at: 'SUSE Virtualization Best Practices, 6.1.1: adjust the root device in GRUB and initrd' },
    { grade: 'documented', at: 'linux: admin-guide/kernel-parameters, root=' },
  ],
  when: { guestType: ['kvm', 'qemu'] },
  intents: {},
  params: {},
  costs: ['An edit of the boot configuration: a slip keeps the guest from booting.'],
  scope: {
    says: 'Linux guests',
    holds: ({ guest }) => {
      const system = guestSystem(guest);
      return system.state === 'absent' ? known(true) : chainKnown(system, kind => known(kind === 'linux'));
    },
  },
  needs: {
    root: ({ guest }) => rootOf(guest),
    disks: ({ guest }) => orAbsent(guest.config.disks),
    fstab: ({ guest }) => ifKnown(guest.inside.fstab),
    osId: ({ guest }) => ifKnown(guest.osId),
    guest: ({ guest }) => known(guest.name),
  },
  check({ root, disks = [], fstab = [], guest }) {
    const name = /^\/dev\/([shv]d[a-z]+)\d*$/.exec(root)?.[1];
    if (name === undefined) {
      const named = fstab.filter(({ fields }) => /^\/dev\/[sh]d[a-z]+\d*$/.test(fields[0] ?? ''));
      const [first] = named;
      if (first === undefined) return good;
      return bad(`its /etc/fstab names ${named.map(({ fields }) => fields[0]).join(', ')}`, {
        wants: 'UUID=… or LABEL=…',
        so: 'it stops in its boot once the disk moves to virtio',
        parts: named.map(({ line, fields }) => ({
          key: fields[1] ?? String(line),
          saw: `line ${line}: ${fields.slice(0, 2).join(' ')}`,
        })),
        otherwise: `In the guest: blkid -s UUID -o value ${first.fields[0]}, and UUID= in /etc/fstab; findmnt --verify.`,
      });
    }
    const buses = disks.filter(({ device }) => device === 'disk' || device === 'lun').map(one => diskBus(one));
    if (buses.length === 0) return notApplicable('it has no hard disk');
    const isThere = name.startsWith('vd')
      ? buses.includes('virtio')
      : buses.some(bus => bus !== 'virtio' && bus !== undefined);
    if (name.startsWith('vd') && isThere) return good;
    return bad(
      isThere
        ? `its kernel is told root=${root}`
        : `its kernel is told root=${root}, and its disks are on ${buses.join(', ')}`,
      {
        severity: isThere ? 'warning' : 'error',
        wants: 'root=UUID=…',
        so: isThere ? 'it will not boot once the disk moves to virtio' : 'it finds no root file system',
        otherwise: `In the guest: blkid -s UUID -o value ${root}, and UUID= in /etc/fstab; then root=UUID=… in its boot loader (grub2-mkconfig), or in <cmdline> where libvirt boots its kernel (virsh edit ${guest}).`,
      },
    );
  },
  examples: [
    { name: 'root=/dev/sda2 on a virtio disk', guest: direct('/dev/sda2'), expect: 'bad', severity: 'error' },
    { name: 'by UUID', guest: direct('UUID=6f1c0a5e-0d5c-4b9a-9a51-0f6f9c2d6f11'), expect: 'good' },
    {
      name: 'by a name that still fits',
      guest: direct('/dev/sda2', "dev='sda' bus='sata'"),
      expect: 'bad',
      severity: 'warning',
    },
    { name: 'the name of the virtio disk', guest: direct('/dev/vda1'), expect: 'good' },
    {
      name: 'Windows',
      guest:
        "<metadata><libosinfo:libosinfo xmlns:libosinfo='http://libosinfo.org/xmlns/libvirt/domain/1.0'><libosinfo:os id='http://microsoft.com/win/2k22'/></libosinfo:libosinfo></metadata>",
      expect: 'not-applicable',
    },
    { name: 'a guest that boots by itself', expect: 'unknown' },
    { name: 'a guest that boots by itself and says how', guest: { xml: '', inside: {} }, expect: 'good' },
    {
      name: 'it says that it boots by a name',
      guest: { xml: sata, inside: { '/proc/cmdline': 'root=/dev/sda2 quiet' } },
      expect: 'bad',
      severity: 'warning',
    },
    {
      name: 'its fstab names a disk',
      guest: { xml: sata, inside: { '/etc/fstab': '/dev/sda3 /data xfs defaults 0 0\n' } },
      expect: 'bad',
      severity: 'warning',
    },
  ],
});
