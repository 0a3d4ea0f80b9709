import assert from 'node:assert/strict';
import test from 'node:test';
import { cpuPowerReadings } from '#collect/host/cpu-power';
import { sourcesOf } from '../../../test/sources-of.js';

const cpu = '/sys/devices/system/cpu';

test('policies in the order of their CPUs, with what the driver has', () => {
  const fact = cpuPowerReadings.policies.read(
    sourcesOf({
      [`${cpu}/cpufreq/policy10/scaling_governor`]: 'powersave\n',
      [`${cpu}/cpufreq/policy10/scaling_driver`]: 'intel_pstate\n',
      [`${cpu}/cpufreq/policy10/energy_performance_preference`]: 'balance_performance\n',
      [`${cpu}/cpufreq/policy2/scaling_governor`]: 'performance\n',
      [`${cpu}/cpufreq/boost`]: '1\n',
    }),
  );
  assert.deepEqual(fact.state === 'known' && fact.value, [
    { name: 'policy2', governor: 'performance', driver: undefined, preference: undefined },
    { name: 'policy10', governor: 'powersave', driver: 'intel_pstate', preference: 'balance_performance' },
  ]);
});

test('no cpufreq is absent, a governor that may not be read is unknown', () => {
  assert.equal(cpuPowerReadings.policies.read(sourcesOf({})).state, 'absent');
  assert.equal(cpuPowerReadings.policies.read(sourcesOf({ [`${cpu}/cpufreq/boost`]: '1' })).state, 'absent');
  const denied = { [`${cpu}/cpufreq/policy0/scaling_governor`]: { denied: 'EACCES' } };
  assert.equal(cpuPowerReadings.policies.read(sourcesOf(denied)).state, 'unknown');
  assert.equal(cpuPowerReadings.policies.read(sourcesOf({}, { missing: 'not-captured' })).state, 'unknown');
});

test('idle states with the CPUs on which they are on', () => {
  const state = (id: number, name: string, latency: number, ...disabled: readonly string[]) =>
    Object.fromEntries([
      [`${cpu}/cpu0/cpuidle/state${id}/name`, name],
      [`${cpu}/cpu0/cpuidle/state${id}/latency`, String(latency)],
      ...disabled.map((text, at) => [`${cpu}/cpu${at}/cpuidle/state${id}/disable`, text]),
    ]);
  const fact = cpuPowerReadings.idleStates.read(
    sourcesOf({
      [`${cpu}/online`]: '0-1\n',
      ...state(1, 'C6', 133, '0\n', '1\n'),
      ...state(0, 'POLL', 0, '0\n', '0\n'),
    }),
  );
  assert.deepEqual(
    fact.state === 'known' &&
      fact.value.map(({ name, latencyUs, enabledOn }) => [name, latencyUs, enabledOn.toString()]),
    [
      ['POLL', 0, '0-1'],
      ['C6', 133, '0'],
    ],
  );
  assert.equal(cpuPowerReadings.idleStates.read(sourcesOf({})).state, 'absent');
  assert.equal(cpuPowerReadings.idleStates.read(sourcesOf({ [`${cpu}/cpu0/online`]: '1' })).state, 'absent');
});
