import { fileFact, fileText } from '#collect/file-facts';
import { isUnitEnabled } from '#collect/host/services';
import { judgeTunedCondition, tunedConditionFiles } from '#collect/host/tuned-conditions';
import { loadTunedProfiles, tunedProfileFiles } from '#collect/host/tuned-profiles';
import { unitFiles } from '#collect/host/unit-survey';
import type { Reading, ReadingsOf } from '#collect/reading';
import type { Sources } from '#collect/sources';
import { parseIni } from '#formats/conf/ini-file';
import { mergeTunedProfiles, type TunedUnit } from '#formats/conf/tuned-profile';
import { TunedVariables } from '#formats/conf/tuned-variables';
import { absent, type Evidence, type Known, known, mapKnown } from '#model/known';
import type { Tuned, TunedSetting } from '#model/service';

const active = '/etc/tuned/active_profile';
const afterwards = '/etc/tuned/post_loaded_profile';
const mainFile = '/etc/tuned/tuned-main.conf';

/** The profile in force. */
const activeProfile: Reading<string> = {
  says: 'the profile of tuned in force',
  ways: [{ file: active }],
  read(sources) {
    const text = fileText(sources, active);
    return text.state === 'known' && text.value.trim() === ''
      ? absent({ from: active, value: 'no profile' })
      : mapKnown(text, profile => profile.trim());
  },
};

/** What the profile sets. */
const settings: Reading<readonly TunedSetting[]> = {
  says: 'what the profile of tuned sets',
  ways: [active, afterwards, ...tunedProfileFiles, '/etc/tuned/*', ...tunedConditionFiles, ...unitFiles].map(file => ({
    file,
  })),
  read(sources) {
    const profile = activeProfile.read(sources);
    if (profile.state !== 'known') return profile;
    if (isUnitEnabled(sources, 'tuned.service') === false) {
      return absent(...profile.evidence, { from: 'tuned.service', value: 'nothing starts it at boot' });
    }
    const after = fileText(sources, afterwards);
    if (after.state === 'unknown') return after;
    const names = `${profile.value} ${after.state === 'known' ? after.value : ''}`.split(/\s+/);
    const profiles = loadTunedProfiles(sources, names);
    if (profiles.state !== 'known') return profiles;
    const units = mergeTunedProfiles(profiles.value);
    const variables = variablesOf(sources, units.get('variables'));
    if (variables.state !== 'known') return variables;
    const found = [...units].flatMap(([name, unit]) => settingsOf(sources, name, unit, variables.value));
    const evidence: readonly Evidence[] = [...profile.evidence, ...profiles.evidence];
    return known(found, ...evidence);
  },
};

/** Whether tuned writes the administrator's sysctls once more. */
const reappliesSysctl: Reading<boolean> = {
  says: "whether tuned's sysctls give way to those of /etc/sysctl.d",
  ways: [{ file: mainFile }],
  read: sources =>
    fileFact(sources, mainFile, text => {
      const option = parseIni(text).find(({ section, key }) => section === '' && key === 'reapply_sysctl');
      return option === undefined || !/^(?:0|no|false|off)$/i.test(option.value);
    }),
};

/** tuned and its profile. */
export const tunedReadings: ReadingsOf<Tuned> = { activeProfile, settings, reappliesSysctl };

/** [variables] sets values, and reads more of them from a file. */
function variablesOf(sources: Sources, unit: TunedUnit | undefined): Known<TunedVariables> {
  const variables = new TunedVariables();
  for (const [name, { value }] of unit?.options ?? []) {
    if (name !== 'include') {
      variables.set(name, value);
      continue;
    }
    if (!/^\/etc\/tuned\/[\w.-]{1,128}$/.test(value)) continue;
    const text = fileText(sources, value);
    if (text.state === 'unknown') return text;
    for (const option of text.state === 'known' ? parseIni(text.value) : []) variables.set(option.key, option.value);
  }
  return known(variables);
}

function settingsOf(
  sources: Sources,
  section: string,
  unit: TunedUnit,
  variables: TunedVariables,
): readonly TunedSetting[] {
  if (section === 'variables' || !unit.isEnabled) return [];
  const fill = (text: string | undefined): string | undefined =>
    text === undefined ? undefined : variables.fill(text);
  const judged = judgeTunedCondition(sources, {
    cpuinfo: fill(unit.cpuinfoRegex),
    uname: fill(unit.unameRegex),
    devices: fill(unit.devicesRegex),
  });
  if (judged === 'fails') return [];
  const condition = judged === 'holds' ? undefined : judged.open;
  return [...unit.options].map(([key, { value, file, line }]) => ({
    section,
    plugin: unit.plugin,
    key,
    value: variables.fill(value.replace(/^"(.*)"$/, '$1')),
    file,
    line,
    devices: fill(unit.devices),
    condition,
  }));
}
