/** Files of the reference machine that say how its CPUs clock and sleep, for examples. */

const folder = '/sys/devices/system/cpu';

/** Gives the files of the one cpufreq policy; `denied` as governor: not to be read. */
export const clock = (governor: string, driver: string, preference?: string): Record<string, string> => ({
  [`${folder}/cpufreq/policy0/scaling_governor`]: governor,
  [`${folder}/cpufreq/policy0/scaling_driver`]: driver,
  ...(preference === undefined ? {} : { [`${folder}/cpufreq/policy0/energy_performance_preference`]: preference }),
});

/** Gives the files of CPU 0's idle states POLL, C1 and C6, the last of them on or off. */
export const sleep = (deepest: 'on' | 'off'): Record<string, string> =>
  Object.fromEntries(
    ['POLL', 'C1', 'C6'].flatMap((name, at) => [
      [`${folder}/cpu0/cpuidle/state${at}/name`, name],
      [`${folder}/cpu0/cpuidle/state${at}/latency`, String(at * 60)],
      [`${folder}/cpu0/cpuidle/state${at}/disable`, name === 'C6' && deepest === 'off' ? '1' : '0'],
    ]),
  );
