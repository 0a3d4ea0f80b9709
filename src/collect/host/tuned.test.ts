import assert from 'node:assert/strict';
import test from 'node:test';
import { tunedReadings } from '#collect/host/tuned';
import { type SketchedFile, sourcesOf } from '../../../test/sources-of.js';

type Files = Readonly<Record<string, SketchedFile>>;
const active = { '/etc/tuned/active_profile': 'virtual-host\n' };
const vendor = {
  '/usr/lib/tuned/virtual-host/tuned.conf': `[main]
summary=Optimize for running KVM guests
include=throughput-performance
[sysctl]
vm.dirty_background_ratio = 5
`,
  '/usr/lib/tuned/throughput-performance/tuned.conf': `[variables]
arm_regex=CPU part\\s+:\\s+(0x0?516)
ratio=40
[vm.arm]
type=vm
uname_regex=aarch64
cpuinfo_regex=\${arm_regex}
transparent_hugepages=never
[disk]
devices=!sd*
elevator="none"
[sysctl]
vm.dirty_ratio = \${ratio}
vm.swappiness=10
vm.dirty_background_ratio = 10
net.core.somaxconn=>2048
[off]
type=sysctl
enabled=false
vm.x=1
`,
};
const x86 = {
  '/proc/sys/kernel/arch': 'x86_64\n',
  '/proc/sys/kernel/ostype': 'Linux\n',
  '/proc/sys/kernel/hostname': 'h\n',
  '/proc/sys/kernel/osrelease': '6.4.0\n',
  '/proc/sys/kernel/version': '#1 SMP\n',
};

const settings = (files: Files) => {
  const fact = tunedReadings.settings.read(sourcesOf(files));
  if (fact.state !== 'known') return fact.state;
  return fact.value.map(
    ({ plugin, key, value, file, line, devices, condition }) =>
      `${plugin} ${key}=${value} ${file.replace('/usr/lib/tuned/', '')}:${line}${devices ? ` on ${devices}` : ''}${condition ? ` if ${condition}` : ''}`,
  );
};

test('a profile and what it includes: later lines count, variables are filled in, other architectures left out', () => {
  assert.deepEqual(settings({ ...active, ...vendor, ...x86 }), [
    'disk elevator=none throughput-performance/tuned.conf:11 on !sd*',
    'sysctl vm.dirty_ratio=40 throughput-performance/tuned.conf:13',
    'sysctl vm.swappiness=10 throughput-performance/tuned.conf:14',
    'sysctl vm.dirty_background_ratio=5 virtual-host/tuned.conf:5',
    'sysctl net.core.somaxconn=>2048 throughput-performance/tuned.conf:16',
  ]);
});

test('a condition that is more than a plain word is left open, never run', () => {
  const found = settings({ ...active, ...vendor, ...x86, '/proc/sys/kernel/arch': 'aarch64\n' });
  assert.equal(
    Array.isArray(found) && found[0],
    'vm transparent_hugepages=never throughput-performance/tuned.conf:8 if cpuinfo_regex=CPU part\\s+:\\s+(0x0?516)',
  );
});

test("the administrator's profile of the same name comes first and may include the vendor's", () => {
  const found = settings({
    ...active,
    ...vendor,
    ...x86,
    '/etc/tuned/virtual-host/tuned.conf':
      '[main]\ninclude=virtual-host\n[sysctl]\nvm.swappiness=35\ndrop=vm.dirty_ratio\n[disk]\nreplace=1\nreadahead=1\n',
  });
  assert.deepEqual(found, [
    'disk readahead=1 /etc/tuned/virtual-host/tuned.conf:8',
    'sysctl vm.swappiness=35 /etc/tuned/virtual-host/tuned.conf:4',
    'sysctl vm.dirty_background_ratio=5 virtual-host/tuned.conf:5',
    'sysctl net.core.somaxconn=>2048 throughput-performance/tuned.conf:16',
  ]);
});

test('several profiles, the one loaded afterwards, and variables from a file', () => {
  const found = settings({
    '/etc/tuned/active_profile': 'a -b\n',
    '/etc/tuned/post_loaded_profile': 'c\n',
    '/etc/tuned/a/tuned.conf': `[variables]\ninclude=/etc/tuned/a-variables.conf\n[sysfs]\n/sys/kernel/mm/ksm/run=\${run}\n`,
    '/etc/tuned/a-variables.conf': '# c\nrun=1\n',
    '/etc/tuned/c/tuned.conf': '[sysctl]\nvm.swappiness=1\n',
  });
  assert.deepEqual(found, [
    'sysfs /sys/kernel/mm/ksm/run=1 /etc/tuned/a/tuned.conf:4',
    'sysctl vm.swappiness=1 /etc/tuned/c/tuned.conf:2',
  ]);
});

test('no tuned: absent; a profile that is missing, computed, or includes itself for ever: unknown', () => {
  assert.equal(settings({}), 'absent');
  assert.equal(settings({ '/etc/tuned/active_profile': '\n' }), 'absent');
  assert.equal(settings(active), 'unknown');
  assert.equal(
    settings({ ...active, '/etc/tuned/virtual-host/tuned.conf': `[main]\ninclude=\${f:virt_check:a:b}\n` }),
    'unknown',
  );
  const many = Object.fromEntries(
    Array.from({ length: 200 }, (_, at) => [`/etc/tuned/p${at}/tuned.conf`, `[main]\ninclude=p${at + 1}\n`]),
  );
  assert.equal(settings({ '/etc/tuned/active_profile': 'p0', ...many }), 'unknown');
  assert.equal(settings({ '/etc/tuned/active_profile': { denied: 'EACCES' } }), 'unknown');
});

test('a tuned that does not start at boot sets nothing there', () => {
  const unit = { '/usr/lib/systemd/system/tuned.service': '[Service]\nType=dbus\n' };
  const wanted = {
    '/etc/systemd/system/multi-user.target.wants/tuned.service': { link: '/usr/lib/systemd/system/tuned.service' },
  };
  assert.equal(settings({ ...active, ...vendor, ...unit }), 'absent');
  assert.equal(Array.isArray(settings({ ...active, ...vendor, ...unit, ...wanted })), true);
});

test('the name of the profile, and whether sysctls of the administrator win', () => {
  const profile = tunedReadings.activeProfile.read(sourcesOf(active));
  assert.equal(profile.state === 'known' && profile.value, 'virtual-host');
  const reapplies = (text: string) => {
    const fact = tunedReadings.reappliesSysctl.read(sourcesOf({ '/etc/tuned/tuned-main.conf': text }));
    return fact.state === 'known' && fact.value;
  };
  assert.equal(reapplies('daemon = 1\nreapply_sysctl = 1\n'), true);
  assert.equal(reapplies('# reapply_sysctl = 0\n'), true);
  assert.equal(reapplies('reapply_sysctl = 0 # off\n'), false);
  assert.equal(tunedReadings.reappliesSysctl.read(sourcesOf({})).state, 'absent');
});
