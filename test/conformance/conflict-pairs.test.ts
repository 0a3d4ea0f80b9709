import assert from 'node:assert/strict';
import test from 'node:test';
import { contradictions } from '#check/contradictions';
import type { Example, ExampleGuest } from '#check/example';
import type { Outcome } from '#check/outcome';
import { meminfoFile, memoryXml } from '#check/reference/memory-files';
import { referenceLibvirt } from '#check/reference/reference-libvirt';
import { conflicts } from '#rules/conflicts';
import { rules } from '#rules/index.gen';
import { intents as allIntents, type Intent } from '#wishes/intent';
import { judgeExample } from '../judge-example.js';

/** A machine on which both practices of a pair could be asked for, and what the report must hold for each intent. */
interface PairCase {
  readonly pair: number;
  readonly says: string;
  readonly machine: Omit<Example, 'name' | 'expect'>;
  /** Rules of the one practice and of the other. */
  readonly between: readonly [readonly string[], readonly string[]];
  /** Intents of the first guest and of the others, with the practice that must stand: 0, 1, or 'neither' where none is asked for. */
  readonly cases: readonly (readonly [readonly (readonly Intent[])[], 0 | 1 | 'neither', named?: 'named'])[];
  readonly policy?: 'guide';
}

const steady: readonly Intent[] = ['latency', 'hpc', 'database'];
const each = <T>(list: readonly Intent[], of: (intent: Intent) => T): readonly T[] => list.map(of);
const ksm = '/sys/kernel/mm/ksm';
const thpNever = { '/sys/kernel/mm/transparent_hugepage/enabled': 'always madvise [never]' };
const ksmRuns = { [`${ksm}/run`]: '1', [`${ksm}/full_scans`]: '9' };
const short = { ...thpNever, ...meminfoFile({ total: 64, swap: 32 }), [`${ksm}/run`]: '0' };
const large = (more = ''): ExampleGuest => ({ xml: memoryXml(24, more), autostart: true });
const disk = (driver: string, source = '/srv/g.raw', target = "dev='vda' bus='virtio'"): string =>
  `<devices><disk type='file' device='disk'><driver name='qemu' type='raw' ${driver}/><source file='${source}'/><target ${target}/></disk></devices>`;
const many = { 'vcpu.current': 12, 'vcpu.maximum': 12 };
const pinned = "<vcpu>2</vcpu><cputune><vcpupin vcpu='0' cpuset='2'/></cputune>";

const pairs: readonly PairCase[] = [
  {
    pair: 1,
    says: 'huge pages, or KSM',
    machine: { files: short, guest: large(), others: [large(), large()] },
    between: [['guest-memory/hugepages-wanted'], ['host-memory/ksm-on-homogeneous']],
    cases: [
      ...each(steady, intent => [[[intent]], 0] as const),
      [[['density']], 1],
      [[['general']], 1, 'named'],
      [[['desktop']], 1, 'named'],
      [[['migratable']], 1, 'named'],
    ],
  },
  {
    pair: 1,
    says: 'huge pages, or a balloon',
    machine: { files: thpNever, guest: { xml: "<devices><memballoon model='none'/></devices>" } },
    between: [['guest-memory/hugepages-wanted'], ['guest-memory/balloon']],
    cases: [
      ...each(steady, intent => [[[intent]], 0] as const),
      ...each(steady, intent => [[[intent, 'density']], 0, 'named'] as const),
      [[['density']], 1],
    ],
  },
  {
    pair: 1,
    says: 'huge pages, or memory that is merged and swapped',
    machine: { files: ksmRuns, guest: "<memoryBacking><access mode='shared'/><source type='memfd'/></memoryBacking>" },
    between: [['guest-memory/hugepages-wanted'], ['guest-memory/ksm-ineligible']],
    cases: [...each(steady, intent => [[[intent, 'density']], 0] as const), [[['density']], 1]],
  },
  {
    pair: 2,
    says: 'no transparent huge pages on the host, or huge pages of the guest first',
    machine: { guest: memoryXml(8) },
    between: [['guest-memory/hugepages-wanted'], ['host-memory/thp-mode']],
    policy: 'guide',
    cases: [[[['database']], 0, 'named']],
  },
  {
    pair: 3,
    says: 'never for a database, always for the others: madvise on the host',
    machine: { files: { '/sys/kernel/mm/transparent_hugepage/enabled': '[always] madvise never' }, others: [''] },
    between: [['host-memory/thp-mode'], ['guest-boot/thp-in-database-guest']],
    cases: [[[['database'], ['general']], 0]],
  },
  {
    pair: 4,
    says: 'a slow ksmd, or a scan within the hour: one finding with both changes',
    machine: {
      files: {
        ...ksmRuns,
        [`${ksm}/sleep_millisecs`]: '500',
        [`${ksm}/pages_to_scan`]: '100',
        [`${ksm}/pages_unshared`]: '9000000',
      },
      others: ['', ''],
    },
    between: [['host-memory/ksm-scan-time'], ['host-memory/ksm-sleep', 'host-memory/ksm-pages-to-scan']],
    cases: each(['general', 'density', 'desktop', 'migratable'], intent => [[[intent]], 0] as const),
  },
  {
    pair: 5,
    says: 'KSM over all nodes, or guests bound to one',
    machine: {
      files: { ...ksmRuns, [`${ksm}/general_profit`]: '4000000000' },
      guest: "<numatune><memory mode='strict' nodeset='0'/></numatune>",
      others: ['', ''],
    },
    between: [['numa/ksm-merge-across-nodes'], ['host-memory/ksm-off-heterogeneous']],
    cases: [
      ...each(['general', 'density', 'desktop', 'migratable'], intent => [[[intent]], 0] as const),
      ...each(steady, intent => [[[intent]], 1] as const),
    ],
  },
  {
    pair: 6,
    says: 'KSM off, or one guest that opts out',
    machine: { files: { ...ksmRuns, [`${ksm}/general_profit`]: '4000000000' }, others: ['', '', ''] },
    between: [
      ['guest-memory/nosharepages-mixed', 'guest-memory/hugepages-wanted'],
      ['host-memory/ksm-off-heterogeneous'],
    ],
    cases: [
      ...each(steady, intent => [[[intent], ['density'], ['density']], 0, 'named'] as const),
      ...each(steady, intent => [[[intent], ['desktop'], ['desktop']], 0, 'named'] as const),
      ...each(steady, intent => [[[intent], ['general'], ['general']], 1, 'named'] as const),
    ],
  },
  {
    pair: 8,
    says: 'pinned, or able to move',
    machine: { guest: pinned },
    between: [
      [
        'guest-cpu/pinning-for-cpu-intensive',
        'guest-cpu/emulatorpin',
        'guest-cpu/iothreadpin',
        'guest-cpu/hint-dedicated',
      ],
      ['migration/pinning-complicates'],
    ],
    cases: [
      ...each(steady, intent => [[[intent]], 0] as const),
      ...each(steady, intent => [[[intent, 'migratable']], 0, 'named'] as const),
      [[['migratable']], 1],
    ],
  },
  {
    pair: 8,
    says: 'pinned, or moved by the kernel between nodes',
    machine: { files: { '/proc/sys/kernel/numa_balancing': '0' }, guest: '<vcpu>2</vcpu>' },
    between: [['guest-cpu/pinning-for-cpu-intensive'], ['numa/balancing-mode']],
    cases: [
      ...each(steady, intent => [[[intent]], 0] as const),
      ...each(['general', 'density', 'desktop', 'migratable'], intent => [[[intent]], 1] as const),
    ],
  },
  {
    pair: 8,
    says: 'pinned, or more vCPUs than CPUs',
    machine: { guest: { xml: '<vcpu>12</vcpu>', stats: many }, others: [{ xml: '<vcpu>12</vcpu>', stats: many }] },
    between: [['guest-cpu/pinning-for-cpu-intensive'], ['overcommit/vcpu-1x']],
    cases: each(steady, intent => [[[intent]], 1] as const),
  },
  {
    pair: 8,
    says: 'pinned, or plugged later',
    machine: {
      guest:
        "<vcpu current='2'>4</vcpu><cputune><vcpupin vcpu='0' cpuset='2'/><vcpupin vcpu='1' cpuset='3'/></cputune>",
    },
    between: [['guest-cpu/pinning-for-cpu-intensive'], ['guest-cpu/vcpu-hotplug']],
    cases: each(steady, intent => [[[intent]], 1] as const),
  },
  {
    pair: 9,
    says: 'the CPU of this host, or one that all hosts have',
    machine: { guest: "<cpu mode='host-passthrough' migratable='off'/>" },
    between: [['guest-cpu/model-not-default', 'guest-cpu/invtsc'], ['migration/host-passthrough']],
    cases: [
      ...each(['latency', 'hpc', 'database'], intent => [[[intent, 'migratable']], 1] as const),
      [[['migratable']], 1],
    ],
  },
  {
    pair: 10,
    says: 'a device of the host, or able to move',
    machine: {
      guest:
        "<devices><hostdev mode='subsystem' type='pci' managed='yes'><source><address domain='0x0000' bus='0x3b' slot='0x02' function='0x0'/></source></hostdev></devices>",
    },
    between: [['guest-devices/passthrough-count'], ['migration/passthrough-blocks']],
    cases: [
      [[['migratable']], 1],
      ...each(['latency', 'hpc'], intent => [[[intent]], 'neither'] as const),
      ...each(['latency', 'hpc'], intent => [[[intent, 'migratable']], 1] as const),
    ],
  },
  {
    pair: 11,
    says: 'one cache mode, whoever asks for it',
    machine: {
      files: { '/proc/self/mounts': '/dev/sda1 / ext4 rw 0 0\nnas:/e /mnt/nfs nfs4 rw,hard 0 0' },
      guest: disk("io='native' cache='writeback'", '/mnt/nfs/g.raw'),
    },
    between: [['guest-disk/native-needs-direct'], ['guest-disk/cache-mode', 'migration/disk-cache-safe']],
    cases: each(allIntents, intent => [[[intent]], 0] as const),
  },
  {
    pair: 17,
    says: 'locked with a limit, or without a limit',
    machine: {
      guest:
        "<memtune><hard_limit unit='GiB'>6</hard_limit></memtune><vcpu>2</vcpu><cputune><vcpusched vcpus='0-1' scheduler='fifo' priority='1'/></cputune>",
    },
    between: [['guest-memory/locked'], ['guest-memory/no-hard-limit']],
    cases: [
      [[['latency']], 0, 'named'],
      [[['latency', 'density']], 0, 'named'],
      [[['density']], 1, 'named'],
    ],
  },
  {
    pair: 18,
    says: 'a low swappiness, or one for many guests',
    machine: { files: { '/proc/sys/vm/swappiness': '20' }, others: [''] },
    between: [['host-memory/swappiness-value'], ['host-memory/swappiness-persisted']],
    cases: [
      ...each(steady, intent => [[[intent]], 0] as const),
      ...each(steady, intent => [[[intent], ['density']], 0, 'named'] as const),
      [[['density']], 0],
      [[['desktop']], 0],
    ],
  },
  {
    pair: 19,
    says: 'the newest machine type, or one that all hosts offer',
    machine: {
      guest: "<os><type arch='x86_64' machine='pc-q35-4.2'>hvm</type></os>",
      libvirt: {
        capabilities: referenceLibvirt.capabilities.replace(
          '<domain type=',
          "<machine maxCpus='255'>pc-q35-4.2</machine><domain type=",
        ),
      },
    },
    between: [['guest-boot/machine-type-current'], ['guest-boot/machine-type-windows-snapshot']],
    cases: [[[['general']], 0]],
  },
  {
    pair: 20,
    says: 'no balloon, or one for a crowded host',
    machine: { guest: "<devices><memballoon model='virtio'/></devices>" },
    between: [['guest-devices/unneeded'], ['guest-memory/free-page-reporting']],
    cases: [
      [[['latency']], 0],
      [[['hpc']], 0],
      [[['latency', 'density']], 0, 'named'],
      [[['hpc', 'density']], 0, 'named'],
      [[['density']], 1],
    ],
  },
  {
    pair: 22,
    says: 'random numbers as the guide has them, or for many guests',
    machine: { guest: { xml: '', without: ['devices/rng'] } },
    between: [['guest-devices/rng-present'], ['guest-devices/rng-backend']],
    cases: each(['general', 'density'], intent => [[[intent]], 0] as const),
  },
  {
    pair: 25,
    says: 'pinned to isolated CPUs, or kept off them',
    machine: { files: { '/sys/devices/system/cpu/isolated': '2-3' }, guest: '<vcpu>2</vcpu>' },
    between: [['guest-cpu/pinning-for-cpu-intensive'], ['host-cpu/isolation-consistent']],
    cases: [
      ...each(steady, intent => [[[intent]], 0, 'named'] as const),
      ...each(['general', 'density', 'desktop', 'migratable'], intent => [[[intent]], 1] as const),
    ],
  },
];

const bad = (outcomes: readonly Outcome[], ids: readonly string[]) =>
  outcomes.filter(outcome => outcome.outcome === 'bad' && ids.includes(outcome.rule.id));

for (const { pair, says, machine, between, cases, policy } of pairs) {
  for (const [intents, stands, named] of cases) {
    const whose = intents.map(words => words.join('+')).join(', ');
    test(`pair ${pair}, ${says}: ${whose}`, () => {
      const { before, after } = judgeExample(machine, intents, policy);
      const left = between.map(ids => bad(after, ids).length);
      const told = JSON.stringify({ before: between.map(ids => bad(before, ids).map(({ rule }) => rule.id)), left });
      assert.deepEqual(
        left.map(count => count > 0),
        [stands === 0, stands === 1],
        told,
      );
      assert.deepEqual(contradictions(after, conflicts), []);
      if (named === undefined || stands === 'neither') return;
      // the finding that stands, or the setting of the host that is as it should be, names what was given up and why
      const losers = between[1 - stands] ?? [];
      const isNamed = after.some(
        one =>
          (one.outcome === 'bad' &&
            one.tradeOffs?.some(({ rules: given }) => given.some(id => losers.includes(id))) === true) ||
          (one.outcome === 'bad' && one.tradeOffs !== undefined && between[stands]?.includes(one.rule.id) === true) ||
          (one.decided !== undefined && between[stands]?.includes(one.rule.id) === true),
      );
      assert.ok(isNamed, told);
    });
  }
}

/** Pairs of which both sides can never be findings on one machine, and why. What is settled inside a rule is shown above, or by that rule's own examples. */
const apart: Readonly<Record<number, string>> = {
  7: 'no rule asks for weights of disk time; host-io/scheduler-host has examples with bfq for density and for others',
  12: 'image/qcow2-preallocation waits for the readers of images',
  13: 'image/format waits for the readers of images; tests of the resolver show that raw on a block device covers tuning of qcow2',
  14: 'image/qcow2-l2-cache asks for a larger cache whatever the size of clusters',
  15: 'image/compression-with-encryption waits for the readers of images',
  16: 'no rule asks for async or soft, whatever the intent',
  21: 'the two emulators are judged for guests of different types',
  23: 'an order, not a choice: shown below',
  24: 'rules of images do not judge a LUN',
  26: 'an order, not a choice: shown below',
};

test('all 26 pairs have a test or a reason', () => {
  const tested = new Set(pairs.map(({ pair }) => pair));
  for (let pair = 1; pair <= 26; pair++) {
    assert.ok(tested.has(pair) !== pair in apart, `pair ${pair}`);
    assert.ok(
      conflicts.some(conflict => conflict.pair === pair),
      `no data of pair ${pair}`,
    );
  }
});

test('an order is told on the later finding', () => {
  const { after } = judgeExample(
    {
      guest: `${disk("cache='none'", '/srv/g.raw', "dev='hda' bus='ide'")}<os><type arch='x86_64' machine='pc-q35-8.2'>hvm</type><kernel>/boot/vmlinuz</kernel><cmdline>root=/dev/hda1</cmdline></os><qemu:commandline><qemu:arg value='-cpu'/><qemu:arg value='host'/></qemu:commandline>`,
    },
    [['general']],
  );
  const bus = after.find(({ rule }) => rule.id === 'guest-disk/virtio-bus');
  assert.ok(bus?.outcome === 'bad');
  const first = bus.after?.map(({ rule }) => rule) ?? [];
  assert.ok(first.includes('guest-disk/root-device-name'), first.join());
  assert.ok(first.includes('guest-cpu/no-cpu-commandline'), first.join());
});

test('every pair names rules that there are, or that the catalogue still waits for, and says what each side gains', () => {
  const ids = new Set(rules.map(({ id }) => id));
  for (const { pair, kind, between, settled, by } of conflicts) {
    for (const practice of between) {
      assert.ok(practice.is.length > 5, `pair ${pair}`);
      if (kind === 'excludes') assert.ok(practice.gains.length > 10, `pair ${pair}: ${practice.is}`);
      for (const id of practice.rules) assert.match(id, /^[a-z-]+\/[a-z0-9-]+$/);
    }
    const isThere = between.every(practice => practice.rules.some(id => ids.has(id)));
    assert.ok(
      isThere || settled !== undefined || pair in apart,
      `pair ${pair} (${between.map(({ is }) => is).join(' / ')})`,
    );
    assert.equal(new Set((by ?? []).map(([intent]) => intent)).size, by?.length ?? 0);
  }
});
