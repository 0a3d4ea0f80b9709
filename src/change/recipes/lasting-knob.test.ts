import assert from 'node:assert/strict';
import test from 'node:test';
import { makeKnobLast } from '#change/recipes/lasting-knob';
import type { KnobAtBoot } from '#model/derived/knob-at-boot';

const path = '/sys/kernel/mm/ksm/sleep_millisecs';
const by = (file: string, parts: Partial<KnobAtBoot> = {}): KnobAtBoot => ({
  value: '20',
  owner: `${file}:1`,
  file,
  by: 'write',
  isPattern: false,
  ...parts,
});
const print = (running: string, after: string, boot?: KnobAtBoot): readonly string[] => {
  const { fix, otherwise } = makeKnobLast(path, running, after, boot);
  return [
    ...fix.map(({ kind, before, after: to }) => `${kind} ${before} → ${to}`),
    ...(otherwise === undefined ? [] : [otherwise]),
  ];
};

test('both halves where nobody writes it, where a later file does, and where our own line does', () => {
  assert.deepEqual(print('20', '50'), ['sysfs 20 → 50', 'tmpfiles undefined → 50']);
  assert.deepEqual(print('20', '50', by('/etc/tmpfiles.d/site.conf')), ['sysfs 20 → 50', 'tmpfiles undefined → 50']);
  assert.deepEqual(print('20', '50', by('/etc/tmpfiles.d/nearmetal.conf')), ['sysfs 20 → 50', 'tmpfiles 20 → 50']);
});

test('a half that is there already is left alone', () => {
  assert.deepEqual(print('50', '20', by('/etc/rc.local')), ['sysfs 50 → 20']);
  assert.deepEqual(print('50', '50'), ['tmpfiles undefined → 50']);
});

test('who would win over our line is named', () => {
  for (const boot of [
    by('/etc/tmpfiles.d/ksm.conf'),
    by('/usr/lib/tmpfiles.d/10-x.conf'),
    by('/etc/tmpfiles.d/site.conf', { isPattern: true }),
    by('/etc/rc.local'),
    by('/etc/tuned/own/tuned.conf', { by: 'tuned', owner: 'tuned, /etc/tuned/own/tuned.conf:1' }),
  ])
    assert.deepEqual(print('20', '50', boot), [
      'sysfs 20 → 50',
      `Set ${path} to 50 in ${boot.owner}, which decides at boot.`,
    ]);
});
