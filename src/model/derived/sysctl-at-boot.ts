import { writtenAtBoot } from '#model/derived/boot-write';
import type { Host } from '#model/host';
import type { SysctlName, SysctlSetting } from '#model/kernel';
import { absent, type Known, known, unknown, valueIfKnown } from '#model/known';
import type { TunedSetting } from '#model/service';

/** The value that a sysctl has after boot, and who sets it. */
export interface SysctlAtBoot {
  readonly value: string;
  /** `FILE:LINE` of a sysctl file, a tuned profile, a tmpfiles.d file or a script, or the kernel command line. */
  readonly owner: string;
  /** The file of the owner; undefined for the command line. */
  readonly file: string | undefined;
  readonly by: 'sysctl' | 'tuned' | 'write' | 'command-line';
  /** It is written after all files of sysctl.d, whatever these say: by tmpfiles.d, a script, or tuned that is told not to write them once more. */
  readonly comesLast: boolean;
}

/**
 * Gives what sets a sysctl at boot, as systemd-sysctl resolves it (sysctl.d(5)). tuned comes after it, but then writes the
 * administrator's files once more (reapply_sysctl), so only settings of /usr lose to it. Absent where nothing sets it.
 */
export function sysctlAtBoot(host: Host, name: SysctlName): Known<SysctlAtBoot> {
  const { kernel, tuned } = host;
  const written = writtenAtBoot(kernel, `/proc/sys/${name.replaceAll('.', '/')}`);
  if (written.state === 'unknown') return written;
  if (written.state === 'known') {
    const { value, owner } = written.value;
    if (value === undefined) return unknown(`what ${owner} writes to ${name} was not understood`);
    return known({ value, owner, file: owner.replace(/:\d+$/, ''), by: 'write', comesLast: true }, ...written.evidence);
  }
  const { settings } = kernel.sysctls[name];
  if (settings.state === 'unknown') return settings;
  const lines = settings.state === 'known' ? settings.value.filter(setting => setting.isReadAtBoot) : [];
  if (tuned.settings.state === 'unknown') return tuned.settings;
  const ofTuned = valueIfKnown(tuned.settings)?.findLast(setting => setsSysctl(setting, name));
  const reapplied =
    tuned.reappliesSysctl.state === 'known' && !tuned.reappliesSysctl.value ? [] : lines.filter(isOfAdministrator);
  const last = lines.at(-1);
  if (ofTuned !== undefined && reapplied.length === 0)
    return byTuned(ofTuned, tuned.reappliesSysctl.state === 'known' && !tuned.reappliesSysctl.value);
  if (last !== undefined) return bySetting(ofTuned === undefined ? last : (reapplied.at(-1) ?? last));
  const word = (valueIfKnown(kernel.configuredCommandLine) ?? valueIfKnown(kernel.commandLine) ?? []).findLast(
    ({ name: word }) => word === `sysctl.${name}`,
  );
  if (word?.value === undefined) return absent({ from: 'sysctl.d', value: `nothing sets ${name}` });
  const evidence = { from: 'kernel command line', value: `${word.name}=${word.value}` };
  return known(
    { value: word.value, owner: 'kernel command line', file: undefined, by: 'command-line', comesLast: false },
    evidence,
  );
}

const setsSysctl = ({ plugin, key, condition }: TunedSetting, name: SysctlName): boolean =>
  plugin === 'sysctl' && key === name && condition === undefined;

const isOfAdministrator = ({ file }: SysctlSetting): boolean => /^\/(?:etc|run)\//.test(file);

const byTuned = ({ value, file, line }: TunedSetting, comesLast: boolean): Known<SysctlAtBoot> =>
  known(
    { value: value.trim(), owner: `${file}:${line}`, file, by: 'tuned', comesLast },
    { from: `${file}:${line}`, value },
  );

const bySetting = ({ value, file, line }: SysctlSetting): Known<SysctlAtBoot> =>
  known(
    { value: value.trim(), owner: `${file}:${line}`, file, by: 'sysctl', comesLast: false },
    { from: `${file}:${line}`, value },
  );
