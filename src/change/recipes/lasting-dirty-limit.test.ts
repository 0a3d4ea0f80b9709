import assert from 'node:assert/strict';
import test from 'node:test';
import { makeDirtyLimitLast } from '#change/recipes/lasting-dirty-limit';
import type { SysctlAtBoot } from '#model/derived/sysctl-at-boot';

const by = (file: string, value: string): SysctlAtBoot => ({
  value,
  owner: `${file}:1`,
  file,
  by: 'sysctl',
  comesLast: false,
});
const print = (bytes?: SysctlAtBoot, ratio?: SysctlAtBoot): readonly string[] => {
  const { fix, otherwise } = makeDirtyLimitLast('vm.dirty', { ratio: 20 }, { bytes: 8192 }, { bytes, ratio });
  return [
    ...fix.map(({ kind, before, after }) => `${kind} ${JSON.stringify(before)} → ${JSON.stringify(after)}`),
    ...(otherwise === undefined ? [] : [otherwise]),
  ];
};
const live = 'dirty-limit {"ratio":20} → {"bytes":8192}';

test('now and at boot; our own line of either name is changed', () => {
  const kept = (before: string) => [live, `dirty-limit-file ${before} → {"bytes":8192}`];
  assert.deepEqual(print(), kept('undefined'));
  assert.deepEqual(print(undefined, by('/etc/sysctl.d/50-a.conf', '40')), kept('undefined'));
  assert.deepEqual(print(undefined, by('/etc/sysctl.d/90-nearmetal.conf', '40')), kept('{"ratio":40}'));
  assert.deepEqual(print(by('/etc/sysctl.d/90-nearmetal.conf', '4096')), kept('{"bytes":4096}'));
});

test('a later file that sets either name is told', () => {
  for (const pair of [
    [by('/etc/sysctl.conf', '1'), undefined],
    [undefined, by('/etc/sysctl.d/99-z.conf', '40')],
  ] as const)
    assert.match(print(...pair).at(-1) ?? '', /^Set vm.dirty_bytes = 8192 in .*which decides at boot\.$/);
});
