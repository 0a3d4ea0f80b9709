import assert from 'node:assert/strict';
import test from 'node:test';
import { winsOverDropIn } from '#change/kinds/sysctl';
import { makeSysctlLast } from '#change/recipes/lasting-sysctl';
import type { SysctlAtBoot } from '#model/derived/sysctl-at-boot';

const by = (kind: SysctlAtBoot['by'], file: string): SysctlAtBoot => ({
  value: '35',
  owner: `${file}:1`,
  file,
  by: kind,
  comesLast: kind === 'write',
});
const print = (running: string, after: string, boot: SysctlAtBoot | undefined): readonly string[] => {
  const { fix, otherwise } = makeSysctlLast('vm.swappiness', running, after, boot);
  return [
    ...fix.map(({ kind, before, after: to }) => `${kind} ${before} → ${to}`),
    ...(otherwise === undefined ? [] : [otherwise]),
  ];
};

test('both halves are changed where nothing or an earlier file sets it, or tuned', () => {
  const both = ['sysctl 60 → 10', 'sysctl-file undefined → 10'];
  assert.deepEqual(print('60', '10', undefined), both);
  assert.deepEqual(print('60', '10', by('sysctl', '/etc/sysctl.d/50-swap.conf')), both);
  assert.deepEqual(print('60', '10', by('tuned', '/usr/lib/tuned/virtual-host/tuned.conf')), both);
});

test('a line of ours is changed, and a tuned that writes nobody’s files once more is named', () => {
  assert.deepEqual(print('60', '10', by('sysctl', '/etc/sysctl.d/90-nearmetal.conf')), [
    'sysctl 60 → 10',
    'sysctl-file 35 → 10',
  ]);
  const boot = { ...by('tuned', '/etc/tuned/own/tuned.conf'), comesLast: true };
  assert.match(print('60', '10', boot).at(-1) ?? '', /in \/etc\/tuned\/own\/tuned.conf:1, which decides/);
});

test('a half that is there already is left alone', () => {
  assert.deepEqual(print('10', '10', undefined), ['sysctl-file undefined → 10']);
  assert.deepEqual(print('60', '35', by('sysctl', '/etc/sysctl.d/50-swap.conf')), ['sysctl 60 → 35']);
});

test('an owner that comes after our drop-in is named', () => {
  for (const boot of [
    by('sysctl', '/etc/sysctl.d/99-z.conf'),
    by('sysctl', '/etc/sysctl.conf'),
    by('write', '/etc/rc.local'),
  ])
    assert.deepEqual(print('60', '10', boot), [
      'sysctl 60 → 10',
      `Set vm.swappiness = 10 in ${boot.owner}, which decides at boot.`,
    ]);
});

test('files are compared by name, whatever their folder', () => {
  assert.ok(winsOverDropIn('/usr/lib/sysctl.d/95-vendor.conf'));
  assert.ok(!winsOverDropIn('/etc/sysctl.d/10-a.conf'));
  assert.ok(!winsOverDropIn('/etc/sysctl.d/90-nearmetal.conf'));
});
