import assert from 'node:assert/strict';
import test from 'node:test';
import { type Reservation, reserveHugePages, writeHugePageWords } from '#change/recipes/huge-page-reservation';
import type { HugePageSetup } from '#model/derived/huge-page-setup';
import type { PoolAtBoot } from '#model/derived/huge-pages-at-boot';
import type { HugePagePool } from '#model/memory';
import { type Bytes, gib, mib } from '#units/bytes';

const pool = (pageSize: Bytes, node0: number, node1: number): HugePagePool => ({
  pageSize,
  total: node0 + node1,
  free: 0,
  reserved: 0,
  surplus: 0,
  overcommit: 0,
  nodes: [node0, node1].map((total, node) => ({ node, total, free: 0, surplus: 0 })),
});
const atBoot = (total: number, owners: readonly string[], nodes?: ReadonlyMap<number, number>): PoolAtBoot => ({
  pageSize: mib(2),
  total,
  nodes,
  early: 0,
  owners,
});
const asked = (parts: Partial<Omit<Reservation, 'setup'> & HugePageSetup>): Reservation => ({
  pool: pool(mib(2), 256, 256),
  node: undefined,
  count: 1024,
  setup: { defaultSize: mib(2), atBoot: [atBoot(0, [])], configured: undefined, most: undefined, ...parts },
  ...parts,
});
const print = (wanted: Reservation): readonly string[] => {
  const { fix, otherwise } = reserveHugePages(wanted);
  const changes = fix.map(({ kind, on, before, after }) => `${kind} ${on}: ${before} → ${after}`);
  return [...changes, ...(otherwise === undefined ? [] : [otherwise])];
};

test('the default size as a whole is set now and kept by a sysctl', () => {
  assert.deepEqual(print(asked({})), [
    'huge-page-pool /sys/kernel/mm/hugepages/hugepages-2048kB/nr_hugepages: 512 → 1024',
    'sysctl-file /etc/sysctl.d/90-nearmetal.conf vm.nr_hugepages: undefined → 1024',
  ]);
});

test('one node is kept by tmpfiles.d', () => {
  assert.deepEqual(print(asked({ node: 1, count: 600 })), [
    'huge-page-pool /sys/devices/system/node/node1/hugepages/hugepages-2048kB/nr_hugepages: 256 → 600',
    'tmpfiles /etc/tmpfiles.d/nearmetal.conf /sys/devices/system/node/node1/hugepages/hugepages-2048kB/nr_hugepages: undefined → 600',
  ]);
});

test('a half that is there already is not changed', () => {
  assert.deepEqual(print(asked({ count: 512, atBoot: [atBoot(512, ['/etc/sysctl.d/50.conf:1'])] })), []);
  assert.equal(print(asked({ count: 512 })).length, 1);
  assert.equal(print(asked({ atBoot: [atBoot(1024, ['/etc/sysctl.d/50.conf:1'])] })).length, 1);
});

test('a file that wins over ours at boot is named instead', () => {
  for (const owner of [
    '/etc/sysctl.d/99-local.conf:3',
    '/etc/sysctl.conf:3',
    '/etc/tmpfiles.d/huge.conf:1',
    '/etc/rc.local:2',
  ])
    assert.equal(
      print(asked({ atBoot: [atBoot(300, [owner])] })).at(-1),
      `Set 1024 in ${owner}, which decides at boot.`,
    );
  assert.match(print(asked({ atBoot: [atBoot(300, ['/etc/sysctl.d/50.conf:1'])] })).at(-1) ?? '', /^sysctl-file/);
});

test('a line of ours is written anew', () => {
  const setup = {
    node: 1,
    count: 600,
    atBoot: [atBoot(300, ['/etc/tmpfiles.d/nearmetal.conf:2'], new Map([[1, 300]]))],
  };
  assert.match(print(asked(setup)).at(-1) ?? '', /^tmpfiles .*600$/);
  assert.match(print(asked({ ...setup, node: undefined })).at(-1) ?? '', /^Set 600 in .*nearmetal.conf:2/);
});

test('surplus pages are none of the pool’s own', () => {
  const with4 = { ...pool(mib(2), 256, 256), surplus: 4 };
  assert.match(print(asked({ pool: with4 }))[0] ?? '', /nr_hugepages: 508 → 1024$/);
});

test('gigantic pages go on the kernel command line, beside what stands there', () => {
  const words = [
    { name: 'quiet', value: undefined, variable: 'GRUB_CMDLINE_LINUX_DEFAULT' },
    { name: 'hugepages', value: '64', variable: 'GRUB_CMDLINE_LINUX_DEFAULT' },
  ];
  const configured = {
    words,
    line: {
      reserved: new Map([[mib(2), { total: 64, nodes: undefined }]]),
      defaultSize: undefined,
      faults: [],
      hasCma: false,
    },
    support: { defaultSize: mib(2), sizes: new Set([mib(2), gib(1)]), hasNodeLists: true },
  };
  const { fix } = reserveHugePages(asked({ pool: pool(gib(1), 0, 0), count: 16, atBoot: [], configured }));
  assert.deepEqual(fix.at(-1), {
    kind: 'kernel-command-line',
    on: 'GRUB_CMDLINE_LINUX_DEFAULT',
    before: ['hugepages=64'],
    after: ['hugepagesz=2M', 'hugepages=64', 'hugepagesz=1G', 'hugepages=16'],
    lasts: 'across-reboots',
    takesEffect: 'host-reboot',
  });
});

test('words in two variables, or in tuned’s, are left to a person; boot entries are edited', () => {
  const nodes = new Map(Object.entries({ 0: 8, 1: 4 }).map(([node, count]) => [Number(node), count]));
  const reserved = { reserved: new Map([[gib(1), { total: 12, nodes }]]), defaultSize: gib(1) };
  const inTwo = ['GRUB_CMDLINE_LINUX', 'GRUB_CMDLINE_LINUX_DEFAULT'].map(variable => ({
    name: 'hugepages',
    value: '1',
    variable,
  }));
  const byTuned = [{ name: 'hugepages', value: '1', variable: 'TUNED_BOOT_CMDLINE' }];
  const inEntry = [{ name: 'quiet', value: undefined, variable: '/boot/loader/entries/a.conf' }];
  const written = writeHugePageWords(inEntry, reserved);
  assert.ok(typeof written === 'object' && written.on === 'kernel command line');
  const wanted = /“default_hugepagesz=1G hugepagesz=1G hugepages=0:8,1:4” on the kernel command line/;
  for (const words of [undefined, inTwo, byTuned]) {
    const told = writeHugePageWords(words, reserved);
    assert.ok(typeof told === 'string' && wanted.test(told));
  }
});
