import { folderNames, textIfThere } from '#collect/file-facts';
import { cpusFolder, onlineWays, presentCpus } from '#collect/host/online-cpus';
import type { Reading, ReadingsOf } from '#collect/reading';
import { parseWhole } from '#formats/sys/whole-number';
import type { CpuPower, FrequencyPolicy, IdleState } from '#model/cpu-power';
import { absent, known, unknown } from '#model/known';
import { CpuSet } from '#units/cpu-set';

const folder = `${cpusFolder}/cpufreq`;
/** Governors, drivers and states are named in one short word. */
const word = (text: string | undefined): string | undefined =>
  text !== undefined && /^[\w. -]{1,64}$/.test(text) ? text : undefined;

/** Who chooses the clock, and how. */
const policies: Reading<readonly FrequencyPolicy[]> = {
  says: 'governor and driver of the CPUs’ clock',
  ways: [{ file: `${folder}/*` }, { file: `${folder}/policy*/*` }],
  read(sources) {
    const names = folderNames(sources, folder);
    if (names.state !== 'known') return names;
    const found = names.value
      .filter(name => /^policy\d{1,5}$/.test(name))
      .sort((a, b) => Number(a.slice(6)) - Number(b.slice(6)))
      .map(name => {
        const read = (file: string): string | undefined => word(textIfThere(sources, `${folder}/${name}/${file}`));
        return {
          name,
          governor: read('scaling_governor'),
          driver: read('scaling_driver'),
          preference: read('energy_performance_preference'),
        };
      });
    if (found.length === 0) return absent({ from: folder, value: 'no policy' });
    const told = found.filter((policy): policy is typeof policy & FrequencyPolicy => policy.governor !== undefined);
    const governors = [...new Set(told.map(({ governor, driver }) => `${governor} (${driver ?? 'driver not told'})`))];
    return told.length < found.length
      ? unknown(`${folder} does not tell every governor`, `grep . ${folder}/policy*/scaling_governor`)
      : known(told, { from: `${folder}/policy*/scaling_governor`, value: governors.join(', ') });
  },
};

/** How deep CPUs may sleep. */
const idleStates: Reading<readonly IdleState[]> = {
  says: 'idle states of the CPUs, and which are switched off',
  ways: [...onlineWays, { file: `${cpusFolder}/cpu*/cpuidle/*` }, { file: `${cpusFolder}/cpu*/cpuidle/state*/*` }],
  read(sources) {
    const of = (cpu: number): string => `${cpusFolder}/cpu${cpu}/cpuidle`;
    const all = folderNames(sources, cpusFolder);
    if (all.state !== 'known') return all;
    const [first, ...others] = presentCpus(sources);
    const names = first === undefined ? undefined : folderNames(sources, of(first));
    if (first === undefined || names === undefined) return absent({ from: cpusFolder, value: 'no CPU' });
    if (names.state !== 'known') return names;
    const states = names.value
      .filter(name => /^state\d{1,2}$/.test(name))
      .sort((a, b) => Number(a.slice(5)) - Number(b.slice(5)));
    const found = states.flatMap(state => {
      const name = word(textIfThere(sources, `${of(first)}/${state}/name`));
      if (name === undefined) return [];
      const latencyUs = parseWhole(textIfThere(sources, `${of(first)}/${state}/latency`) ?? '');
      const isEnabled = (cpu: number): boolean => textIfThere(sources, `${of(cpu)}/${state}/disable`) === '0';
      return [{ name, latencyUs, enabledOn: CpuSet.of([first, ...others].filter(isEnabled)) }];
    });
    if (found.length === 0) return absent({ from: of(first), value: 'no states' });
    const value = found.map(({ name, enabledOn }) => `${name} on ${enabledOn.toString() || 'no CPU'}`).join(', ');
    return known(found, { from: `${cpusFolder}/cpu*/cpuidle`, value });
  },
};

/** Clocks and sleep of the CPUs. */
export const cpuPowerReadings: ReadingsOf<CpuPower> = { policies, idleStates };
