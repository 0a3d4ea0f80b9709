import { editDisks } from '#change/kinds/domain-disks';
import { defineRule } from '#check/define-rule';
import { bad, good, notApplicable, undecided } from '#check/verdict';
import type { Disk } from '#model/domain-devices';
import { ifKnown, known, orAbsent, valueIfKnown } from '#model/known';
import { gib } from '#units/bytes';

const file = '/var/lib/libvirt/images/guest1.qcow2';
const disk = (driver: string, type = 'file', source = `file='${file}'`): string =>
  `<devices><disk type='${type}' device='disk'><driver name='qemu' type='qcow2' cache='none' ${driver}/><source ${source}/><target dev='vda' bus='virtio'/></disk></devices>`;
const stats = (allocatedGib: number): Readonly<Record<string, number>> => ({
  'block.0.capacity': gib(20),
  'block.0.physical': gib(allocatedGib),
});

/** Whether an image takes less room than the guest sees; undefined where nobody knows. */
function isThin({ image }: Disk, share: number): boolean | undefined {
  const facts = valueIfKnown(image);
  if (facts?.allocated === undefined || facts.virtualSize === undefined) return undefined;
  return facts.allocated < share * facts.virtualSize;
}

export default defineRule({
  id: 'guest-disk/discard',
  subject: 'guest',
  guide: [],
  beyond: 'a thin image only grows unless the guest can give blocks back',
  severity: 'hint',
  says: 'A guest can give back what it deleted on a thin image.',
  because:
    "Without discard='unmap' the fstrim of the guest ends in QEMU: the image grows to its full size whatever is deleted in it.",
  sources: [
    { grade: 'documented', at: 'libvirt: formatdomain, disk/driver/@discard and @detect_zeroes' },
    {
      grade: 'measured',
      at: 'libvirt 9.0: the protocol node always has discard=unmap; that of the format node decides',
    },
  ],
  when: { guestType: ['kvm', 'qemu'] },
  intents: {},
  params: {
    thinBelow: { default: 0.9, unit: 'of its size', why: 'an image that takes more was allocated in advance' },
  },
  costs: ['Discards come in bursts, and punch holes into files.'],
  needs: {
    disks: ({ guest }) => orAbsent(guest.config.disks),
    timers: ({ guest }) => ifKnown(guest.inside.timers),
    fstab: ({ guest }) => ifKnown(guest.inside.fstab),
    target: ({ guest }) => ifKnown(guest.inside.defaultTarget),
    guest: ({ guest }) => known(guest.name),
  },
  check({ disks = [], timers, fstab = [], target, guest }, { params }) {
    const judged = disks.filter(({ device, type, isReadOnly }) => device === 'disk' && type === 'file' && !isReadOnly);
    if (judged.length === 0) return notApplicable('no disk to write to lies in a file');
    const without = judged.filter(({ discard }) => discard !== 'unmap');
    const zeroes = without.filter(({ detectZeroes }) => detectZeroes === 'unmap');
    const wrong = without.filter(one => zeroes.includes(one) || isThin(one, params.thinBelow) === true);
    const [first] = wrong;
    if (first === undefined) {
      const unread = without.find(one => isThin(one, params.thinBelow) === undefined);
      if (unread === undefined) {
        const passes = judged.filter(({ discard }) => discard === 'unmap');
        const trims =
          timers === undefined ||
          target === undefined ||
          timers.some(({ name }) => /fstrim|btrfs-trim/.test(name)) ||
          fstab.some(({ fields }) => /(?:^|,)discard(?:[,=]|$)/.test(fields[3] ?? ''));
        if (passes.length === 0 || trims) return good;
        return bad(
          'it may give back what it deleted, and in it nothing does (no fstrim.timer, no mount with discard)',
          {
            wants: 'fstrim.timer in the guest',
            so: 'its images grow as if discard were not set',
            otherwise: 'In the guest: systemctl enable --now fstrim.timer.',
          },
        );
      }
      return unread.image.state === 'unknown'
        ? undecided(unread.image.reason, unread.image.remedy)
        : undecided(`whether the image of ${unread.target} is thin`, `qemu-img info -U ${unread.source}`);
    }
    return bad(
      zeroes.length > 0
        ? `${zeroes.map(({ target }) => target).join(', ')}: detect_zeroes='unmap' without discard='unmap' unmaps nothing`
        : `what it deletes on ${wrong.map(({ target }) => target).join(', ')} is not given back`,
      {
        severity: zeroes.length > 0 ? 'warning' : 'hint',
        wants: "discard='unmap', and fstrim.timer in the guest",
        parts: wrong.map(({ target, discard, at }) => ({
          key: target,
          saw: `${target}: discard ${discard ?? 'not set'}`,
          evidence: [at],
        })),
        fix: [
          editDisks(
            guest,
            wrong.map(({ target, discard }) => ({ target, place: 'driver/@discard', before: discard, after: 'unmap' })),
          ),
        ],
      },
    );
  },
  examples: [
    {
      name: 'a thin image without',
      guest: { xml: disk(''), stats: stats(5) },
      expect: 'bad',
      severity: 'hint',
      fixes: ['domain-xml'],
    },
    {
      name: 'with, and nothing in it trims',
      guest: {
        xml: disk("discard='unmap'"),
        stats: stats(5),
        inside: { '/etc/systemd/system/timers.target.wants/fstrim.timer': null },
      },
      expect: 'bad',
      severity: 'hint',
      fixes: [],
    },
    {
      name: 'with, and trimmed each week',
      guest: { xml: disk("discard='unmap'"), stats: stats(5), inside: {} },
      expect: 'good',
    },
    { name: 'with', guest: { xml: disk("discard='unmap'"), stats: stats(5) }, expect: 'good' },
    { name: 'an image that was allocated in advance', guest: { xml: disk(''), stats: stats(20) }, expect: 'good' },
    {
      name: 'zeroes detected for nothing',
      guest: { xml: disk("detect_zeroes='unmap'"), stats: stats(20) },
      expect: 'bad',
      severity: 'warning',
    },
    { name: 'a block device', guest: disk('', 'block', "dev='/dev/vg/lv'"), expect: 'not-applicable' },
    { name: 'a guest that is off', guest: { xml: disk(''), isRunning: false }, expect: 'unknown' },
  ],
});
