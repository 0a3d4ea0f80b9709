import { defineRule } from '#check/define-rule';
import { bad, good, notApplicable, type Part } from '#check/verdict';
import { hostVolumeGroups } from '#model/derived/volume-group';
import { mapKnown } from '#model/known';

const uuid = (letter: string): string => letter.repeat(32);
const volume = (name: string, group: string): Readonly<Record<string, string>> => ({
  '/sys/block/dm-0/dm/name': name,
  '/sys/block/dm-0/dm/uuid': `LVM-${uuid(group)}${uuid('v')}`,
});
const hostVolume = (name: string, group: string) => ({
  ...volume(name, group),
  '/sys/block/dm-0/dev': '253:0',
  '/sys/block/dm-0/size': '2097152',
});
const inside = (name: string, group: string) => ({
  xml: '',
  inside: {
    ...volume(name, group),
    '/proc/partitions': ' 254        0   20971520 vda\n 253        0   20971520 dm-0\n',
  },
});

export default defineRule({
  id: 'image/lvm-vg-collision',
  subject: 'guest',
  guide: ['5.3.3'],
  severity: 'hint',
  says: 'Volume groups in the guest have names and UUIDs of their own, other than those of the host.',
  because:
    'Where the disk of the guest is opened on its host, for a repair or by an eager scan, LVM finds two groups of one name and activates the wrong one, or none.',
  sources: [
    { grade: 'documented', at: 'SUSE Virtualization Best Practices, 5.3.3: use names of volume groups that differ' },
    {
      grade: 'documented',
      at: 'lvm2: vgimportclone(8), vgrename(8); dm/uuid of a logical volume holds the UUID of its group',
    },
  ],
  intents: {},
  params: {},
  costs: [
    'Renaming the group of the root file system touches fstab, boot loader and initrd: a slip keeps the guest from booting.',
  ],
  needs: {
    own: ({ guest }) => guest.inside.volumeGroups,
    host: ({ host }) => hostVolumeGroups(host),
    name: ({ guest }) => mapKnown(guest.config.os, () => guest.name),
  },
  check({ own, host, name }) {
    if (own.length === 0) return notApplicable('it has no active volume group');
    const clones = own.filter(one => host.some(other => other.uuid === one.uuid));
    const namesakes = own.filter(one => !clones.includes(one) && host.some(other => other.name === one.name));
    const parts: readonly Part[] = [
      ...clones.map(one => ({ key: one.name, saw: `its volume group ${one.name} has the UUID of one of the host` })),
      ...namesakes.map(one => ({ key: one.name, saw: `its volume group ${one.name} is called like one of the host` })),
    ];
    const [first] = parts;
    if (first === undefined) return good;
    const [clone] = clones;
    const [namesake] = namesakes;
    return bad(parts.length === 1 ? first.saw : `${parts.length} of its volume groups are like those of the host`, {
      severity: clones.length > 0 ? 'warning' : 'hint',
      wants: 'a name and a UUID of its own',
      parts,
      otherwise:
        clone === undefined
          ? `In the guest, with a backup at hand: vgrename ${namesake?.name ?? 'VG'} vg_${name}, then its new name in /etc/fstab and the boot loader, and a new initrd (dracut -f; update-initramfs -u).`
          : `The host sees a disk that the guest has too, or a copy of it: where it is a copy, vgimportclone --basevgname vg_${name} DEVICE on the host; where it is the disk itself, keep LVM of the host from it (global_filter or the devices file of lvm.conf).`,
    });
  },
  examples: [
    {
      name: 'both are called system',
      guest: inside('system-root', 'g'),
      files: hostVolume('system-root', 'h'),
      expect: 'bad',
      severity: 'hint',
    },
    {
      name: 'a clone of a disk of the host',
      guest: inside('system-root', 'h'),
      files: hostVolume('system-root', 'h'),
      expect: 'bad',
      severity: 'warning',
    },
    {
      name: 'a name of its own',
      guest: inside('vg_g1-root', 'g'),
      files: hostVolume('system-root', 'h'),
      expect: 'good',
    },
    { name: 'a host without LVM', guest: inside('system-root', 'g'), expect: 'good' },
    { name: 'a guest without LVM', guest: { xml: '', inside: {} }, expect: 'not-applicable' },
    { name: 'an agent that was not asked', expect: 'unknown' },
  ],
});
