import assert from 'node:assert/strict';
import test from 'node:test';
import { type BootFacts, thpAtBoot } from '#model/derived/thp-at-boot';
import { absent, known, unknown } from '#model/known';
import type { TunedSetting } from '#model/service';

const path = '/sys/kernel/mm/transparent_hugepage/enabled';
const config = known(
  new Map([
    ['CONFIG_TRANSPARENT_HUGEPAGE', 'y'],
    ['CONFIG_TRANSPARENT_HUGEPAGE_MADVISE', 'y'],
  ]),
  { from: '/boot/config-6.4', value: '' },
);

const setting = (parts: Partial<TunedSetting>): TunedSetting => ({
  section: 'vm',
  plugin: 'vm',
  key: 'transparent_hugepages',
  value: 'always',
  file: '/etc/tuned/mine/tuned.conf',
  line: 3,
  devices: undefined,
  condition: undefined,
  ...parts,
});

const facts = (
  kernel: Partial<BootFacts['kernel']> = {},
  settings: BootFacts['tuned']['settings'] = absent(),
): BootFacts => ({
  kernel: {
    commandLine: known([]),
    configuredCommandLine: known([]),
    tmpfiles: known([]),
    bootWrites: known([]),
    config,
    ...kernel,
  },
  tuned: { settings },
});

const chosen = (of: BootFacts): string => {
  const fact = thpAtBoot(of);
  return fact.state === 'known' ? `${fact.value.value} by ${fact.value.owner}` : fact.state;
};

const line = known([{ name: 'transparent_hugepage', value: 'never', variable: 'GRUB_CMDLINE_LINUX' }]);
const tmpfiles = known([
  { path: '/sys/kernel/mm/transparent_hugepage/*', value: 'madvise\n', file: '/etc/tmpfiles.d/thp.conf', line: 2 },
]);
const bootWrites = known([{ path, value: 'always', file: '/etc/rc.local', line: 7 }]);

test('nothing but the kernel’s configuration', () => {
  assert.equal(chosen(facts()), "madvise by the kernel's configuration");
  assert.equal(
    chosen(facts({ config: known(new Map([['CONFIG_TRANSPARENT_HUGEPAGE', 'y']])) })),
    "never by the kernel's configuration",
  );
  assert.equal(chosen(facts({ config: known(new Map([['CONFIG_KSM', 'y']])) })), 'absent');
  assert.equal(chosen(facts({ config: unknown('unread') })), 'unknown');
});

test('the command line comes before the configuration, a later writer after the command line', () => {
  assert.equal(chosen(facts({ configuredCommandLine: line })), 'never by kernel command line (GRUB_CMDLINE_LINUX)');
  assert.equal(chosen(facts({ configuredCommandLine: line, tmpfiles })), 'madvise by /etc/tmpfiles.d/thp.conf:2');
  assert.equal(chosen(facts({ tmpfiles, bootWrites })), 'always by /etc/rc.local:7');
  assert.equal(
    chosen(facts({ configuredCommandLine: known([{ name: 'transparent_hugepage', value: 'sometimes' }]) })),
    "madvise by the kernel's configuration",
  );
});

test('where the configured command line is not known, the running one stands for it', () => {
  assert.equal(
    chosen(facts({ configuredCommandLine: unknown('no boot loader'), commandLine: line })),
    'never by kernel command line (GRUB_CMDLINE_LINUX)',
  );
  assert.equal(chosen(facts({ configuredCommandLine: unknown('a'), commandLine: unknown('b') })), 'unknown');
});

test('tuned comes last, but leaves the knob alone where the command line names it', () => {
  const vm = known([setting({})]);
  assert.equal(chosen(facts({ tmpfiles }, vm)), 'always by tuned, /etc/tuned/mine/tuned.conf:3');
  assert.equal(chosen(facts({ configuredCommandLine: line }, vm)), 'never by kernel command line (GRUB_CMDLINE_LINUX)');
  const sysfs = known([setting({ plugin: 'sysfs', key: path, value: 'madvise' })]);
  assert.equal(chosen(facts({ configuredCommandLine: line }, sysfs)), 'madvise by tuned, /etc/tuned/mine/tuned.conf:3');
});

test('a writer that was not understood, a condition that was not judged and an unread source are unknown', () => {
  assert.equal(
    chosen(facts({ bootWrites: known([{ path, value: undefined, file: '/etc/rc.local', line: 7 }]) })),
    'unknown',
  );
  assert.equal(chosen(facts({}, known([setting({ condition: 'cpuinfo_regex=ThunderX' })]))), 'unknown');
  assert.equal(chosen(facts({ tmpfiles: unknown('unread') })), 'unknown');
});
