import { defineRule } from '#check/define-rule';
import { bad, good, notApplicable, undecided } from '#check/verdict';
import { runsSystem } from '#model/derived/runs-system';

const scheduler = (words: string, name = 'vda') => ({ [`/sys/block/${name}/queue/scheduler`]: words });
const partitions = (...names: readonly string[]) => ({
  '/proc/partitions': `major minor  #blocks  name\n\n${names.map(name => `   8   0   1000 ${name}`).join('\n')}\n`,
});

/** Disks whose requests a scheduler of the host, or none at all, puts in order: not NVMe, and no SCSI disk that is another's than QEMU's. */
const isVirtual = (name: string, vendor: string | undefined): boolean =>
  !name.startsWith('nvme') && (!name.startsWith('sd') || vendor === undefined || /^(?:QEMU|ATA|Xen)/i.test(vendor));

export default defineRule({
  id: 'guest-disk/scheduler-in-guest',
  subject: 'guest',
  guide: ['4.3.1'],
  severity: 'hint',
  says: 'The guest leaves the order of its requests to the host: none on its virtual disks.',
  because:
    'The guest sees no heads and no other guests: sorting its requests there costs CPU time and delay, and the host sorts them again.',
  sources: [
    { grade: 'documented', at: 'SUSE Virtualization Best Practices, 4.3.1: none in the VM Guest' },
    { grade: 'documented', at: 'linux: block/switching-sched.rst; the single-queue schedulers went with Linux 5.0' },
  ],
  intents: {},
  params: {},
  costs: ['Processes in one guest are no longer kept from each other’s requests: bfq does that, none does not.'],
  scope: { says: 'Linux guests', holds: ({ guest }) => runsSystem(guest, 'linux') },
  needs: { disks: ({ guest }) => guest.inside.disks },
  check({ disks }) {
    const judged = disks.filter(({ name, vendor }) => isVirtual(name, vendor));
    if (judged.length === 0) return notApplicable('it has no virtual disk');
    const shown = judged.filter(({ scheduler: found }) => found !== undefined);
    if (shown.length === 0) return undecided('no disk in it shows a scheduler', 'ls /sys/block/*/queue in the guest');
    // noop is the name that none had in the single-queue kernels before 5.0
    const wrong = shown.filter(({ scheduler: found }) => found !== 'none' && found !== 'noop');
    const [first] = wrong;
    if (first === undefined) return good;
    const want = first.offered.includes('none') || !first.offered.includes('noop') ? 'none' : 'noop';
    const names = wrong.map(({ name }) => name);
    return bad(`in it ${names.join(', ')} ${names.length === 1 ? 'is' : 'are'} sorted by ${first.scheduler}`, {
      wants: want,
      parts: wrong.map(({ name, scheduler: found }) => ({ key: name, saw: `${name}: ${found}` })),
      otherwise: `In the guest, at once: ${names.map(name => `echo ${want} > /sys/block/${name}/queue/scheduler`).join('; ')}; for good, in /etc/udev/rules.d/60-io-scheduler.rules: ACTION=="add|change", KERNEL=="vd[a-z]*|sd[a-z]*", ATTR{queue/scheduler}="${want}".`,
    });
  },
  examples: [
    {
      name: 'mq-deadline on a virtio disk',
      guest: { xml: '', inside: scheduler('[mq-deadline] none') },
      expect: 'bad',
      severity: 'hint',
    },
    { name: 'none', guest: { xml: '', inside: scheduler('[none] mq-deadline') }, expect: 'good' },
    {
      name: 'noop of an old kernel',
      guest: { xml: '', inside: scheduler('[noop] deadline cfq') },
      expect: 'good',
    },
    { name: 'cfq of an old kernel', guest: { xml: '', inside: scheduler('noop deadline [cfq]') }, expect: 'bad' },
    {
      name: 'a SCSI disk of QEMU',
      guest: {
        xml: '',
        inside: {
          ...partitions('sda'),
          ...scheduler('none [bfq]', 'sda'),
          '/sys/block/sda/device/vendor': 'QEMU    ',
        },
      },
      expect: 'bad',
    },
    {
      name: 'a LUN that is passed through, and an NVMe disk',
      guest: {
        xml: '',
        inside: {
          ...partitions('sda', 'nvme0n1'),
          ...scheduler('[mq-deadline] none', 'sda'),
          ...scheduler('[mq-deadline] none', 'nvme0n1'),
          '/sys/block/sda/device/vendor': 'NETAPP  ',
        },
      },
      expect: 'not-applicable',
    },
    {
      name: 'a scheduler file that is not there',
      guest: { xml: '', inside: { '/sys/block/vda/queue/scheduler': null } },
      expect: 'unknown',
    },
    { name: 'an agent that was not asked', expect: 'unknown' },
  ],
});
