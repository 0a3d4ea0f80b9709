import { makeSchedulerLast } from '#change/recipes/lasting-scheduler';
import { defineRule } from '#check/define-rule';
import { listNames } from '#check/list-names';
import { bad, good, notApplicable, type Severity } from '#check/verdict';
import { guestDiskDevices } from '#model/derived/guest-disk-devices';
import { guestsWithWeights } from '#model/derived/guests-with-weights';
import { schedulerAtBoot } from '#model/derived/scheduler-at-boot';
import { schedulerWish } from '#model/derived/scheduler-wish';
import { ifKnown, mapKnown, valueIfKnown } from '#model/known';

const onSda =
  "<devices><disk type='file' device='disk'><driver name='qemu' type='raw'/><source file='/srv/g.raw'/><target dev='vda' bus='virtio'/></disk></devices>";
const scheduler = (disk: string, text: string): Record<string, string> => ({
  [`/sys/block/${disk}/queue/scheduler`]: text,
});
const bfqOnSda = scheduler('sda', 'none mq-deadline [bfq]');
const weighted = `<blkiotune><weight>800</weight></blkiotune>${onSda}`;

export default defineRule({
  id: 'host-io/scheduler-host',
  subject: 'host',
  guide: ['4.3.1'],
  severity: 'warning',
  says: 'Disks that hold guests are scheduled by mq-deadline, fast ones by none.',
  because:
    'The guests schedule already; BFQ on the host adds CPU time and latency to each request for a fairness between processes that QEMU hides.',
  sources: [
    { grade: 'documented', at: 'SUSE Virtualization Best Practices, 4.3.1' },
    {
      grade: 'documented',
      at: 'SUSE: System Analysis and Tuning Guide, Tuning I/O performance: BFQ is the default of rotational disks only',
    },
    {
      grade: 'documented',
      at: 'linux: block/blk-mq.c, cloned requests of request-based device-mapper bypass the scheduler below',
    },
  ],
  intents: {
    density: { level: 'neutral', want: 'bfq tolerated' },
    latency: { level: 'should', want: 'none' },
    hpc: { level: 'should', want: 'none' },
  },
  params: {},
  costs: ['No fairness by BFQ: ionice and blkiotune weights lose their effect (io.cost keeps them).'],
  departs: [
    {
      guideSays: 'BFQ is the scheduler of SLE 15 SP2 and up; use mq-deadline on the host.',
      truth:
        'BFQ is the default of rotational disks only; NVMe and multi-queue devices do best with none or mq-deadline.',
      source: 'SUSE: System Analysis and Tuning Guide, Tuning I/O performance',
      errata: ['X22'],
      guideCheck: 'mq-deadline on every disk',
    },
  ],
  needs: {
    disks: ({ host, guests }) =>
      mapKnown(guestDiskDevices(host, guests), all =>
        all.map(one => ({ ...one, boot: valueIfKnown(schedulerAtBoot(host, one.device)) })),
      ),
    weighted: ({ guests }) => ifKnown(guestsWithWeights(guests)),
  },
  check({ disks, weighted: sharers = new Set() }, { intents, policy }) {
    if (disks.length === 0) return notApplicable('no guest has a disk on a block device of this host');
    const wrong = disks.flatMap(({ device, guests, boot }) => {
      const shared = device.scheduler === 'bfq' ? guests.filter(name => sharers.has(name)) : [];
      const verdict = schedulerWish(device, intents, { isGuide: policy === 'guide', isShared: shared.length > 0 });
      return verdict === undefined ? [] : [{ device, guests, boot, shared, ...verdict }];
    });
    const [first] = wrong;
    if (first === undefined) return good;
    const severity: Severity = wrong.some(one => one.severity === 'warning') ? 'warning' : 'info';
    const names = wrong.map(
      ({ device, wants, isKept }) =>
        `${device.name} ${device.scheduler} → ${wants}${isKept === true ? ' once no weights are needed' : ''}`,
    );
    const losers = [...new Set(wrong.flatMap(({ shared }) => shared))];
    const fixable = wrong.filter(({ isKept }) => isKept !== true);
    const changes = fixable.map(({ device, wants, boot }) => makeSchedulerLast(device, wants, boot));
    const owners = changes.flatMap(change => change.otherwise ?? []);
    return bad(
      wrong.length === 1
        ? `${first.device.scheduler} schedules ${first.device.name}, on which guests have disks`
        : `${wrong.length} disks of guests have another I/O scheduler than they should`,
      {
        severity,
        wants: names.join(', '),
        ...(losers.length === 0
          ? {}
          : {
              so: `the blkiotune weights of ${listNames(losers)} work with bfq only, and are lost with another scheduler (io.cost would keep them)`,
            }),
        parts: wrong.map(({ device, guests }) => ({
          key: device.name,
          saw: `[${device.scheduler}], disks of ${guests.slice(0, 5).join(', ')}${guests.length > 5 ? ', …' : ''}`,
          evidence: [
            {
              from: `/sys/block/${device.name}/queue/scheduler`,
              value: device.schedulers.map(name => (name === device.scheduler ? `[${name}]` : name)).join(' '),
            },
          ],
        })),
        ...(fixable.length > 0
          ? {
              fix: changes.flatMap(change => change.fix),
              ...(owners.length === 0 ? {} : { otherwise: owners.join(' ') }),
            }
          : {
              otherwise:
                'Where the weights are not needed: take blkiotune out (virsh edit), and set the other scheduler; else leave bfq.',
            }),
      },
    );
  },
  examples: [
    {
      name: 'a rotational disk with bfq',
      guest: onSda,
      files: scheduler('sda', 'none mq-deadline kyber [bfq]'),
      expect: 'bad',
      severity: 'warning',
      fixes: ['io-scheduler'],
    },
    { name: 'mq-deadline', guest: onSda, expect: 'good' },
    {
      name: 'bfq on a density host',
      guest: onSda,
      files: bfqOnSda,
      intents: ['density'],
      expect: 'bad',
      severity: 'info',
    },
    {
      name: 'bfq, and a guest that has a weight',
      guest: weighted,
      files: bfqOnSda,
      expect: 'bad',
      severity: 'info',
      fixes: [],
    },
    {
      name: 'the same beside guests for latency',
      guest: weighted,
      files: bfqOnSda,
      intents: ['latency'],
      expect: 'bad',
      severity: 'warning',
      fixes: ['io-scheduler'],
    },
    { name: 'NVMe with none', expect: 'good' },
    { name: 'NVMe with none, by the letter of the guide', policy: 'guide', expect: 'bad', severity: 'warning' },
    {
      name: 'NVMe with kyber',
      files: scheduler('nvme0n1', 'none mq-deadline [kyber]'),
      expect: 'bad',
      severity: 'info',
    },
    {
      name: 'a rotational disk without scheduler',
      guest: onSda,
      files: scheduler('sda', '[none] mq-deadline'),
      expect: 'bad',
      severity: 'warning',
    },
    {
      name: 'an SSD behind SATA without scheduler, for latency',
      guest: onSda,
      files: { ...scheduler('sda', '[none] mq-deadline'), '/sys/block/sda/queue/rotational': '0' },
      intents: ['latency'],
      expect: 'good',
    },
    {
      name: 'no disk on this host',
      guest:
        "<devices><disk type='network' device='disk'><source protocol='rbd' name='p/i'/><target dev='vda' bus='virtio'/></disk></devices>",
      expect: 'not-applicable',
    },
    { name: 'libvirt did not answer', libvirt: null, expect: 'unknown' },
  ],
});
