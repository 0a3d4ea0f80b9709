import type { Kernel, KernelParameter } from '#model/kernel';
import { absent, allKnown, type Known, known, orAbsent, unknown } from '#model/known';
import type { BootSetting } from '#model/memory';
import type { Tuned, TunedSetting } from '#model/service';
import { matchesGlob } from '#units/glob';

const knob = '/sys/kernel/mm/transparent_hugepage/enabled';
const words: ReadonlySet<string> = new Set(['always', 'madvise', 'never']);

/** What the value rests on. */
export interface BootFacts {
  readonly kernel: Pick<Kernel, 'commandLine' | 'configuredCommandLine' | 'tmpfiles' | 'bootWrites' | 'config'>;
  readonly tuned: Pick<Tuned, 'settings'>;
}

/**
 * What the next boot makes of transparent_hugepage/enabled, and by whom. The kernel starts with its built-in choice
 * (CONFIG_TRANSPARENT_HUGEPAGE_ALWAYS, _MADVISE or neither) or with `transparent_hugepage=` of its command line; then
 * systemd-tmpfiles writes, then start-up scripts, then tuned: the last writer holds. tuned's plugin `vm` leaves the knob alone where the
 * command line names it. Absent where the kernel is built without transparent huge pages.
 */
export function thpAtBoot({ kernel, tuned }: BootFacts): Known<BootSetting> {
  const line = kernel.configuredCommandLine.state === 'known' ? kernel.configuredCommandLine : kernel.commandLine;
  const facts = allKnown({
    line: orAbsent(line),
    tuned: orAbsent(tuned.settings),
    scripts: orAbsent(kernel.bootWrites),
    tmpfiles: orAbsent(kernel.tmpfiles),
  });
  if (facts.state !== 'known') return facts;
  const { line: parameters = [], tuned: settings = [], scripts = [], tmpfiles = [] } = facts.value;
  const parameter = parameters.findLast(({ name, value }) => name === 'transparent_hugepage' && words.has(value ?? ''));
  const ofTuned = settings.findLast(setting => setsThp(setting, parameter !== undefined));
  if (ofTuned !== undefined) return fromTuned(ofTuned);
  const write =
    scripts.findLast(({ path }) => matchesGlob(path, knob)) ?? tmpfiles.findLast(({ path }) => matchesGlob(path, knob));
  if (write !== undefined) return chosen(write.value, `${write.file}:${write.line}`);
  if (parameter !== undefined) return fromParameter(parameter);
  return builtIn(kernel.config);
}

function chosen(value: string | undefined, owner: string): Known<BootSetting> {
  const word = value?.trim() ?? '';
  return words.has(word)
    ? known({ value: word, owner }, { from: owner, value: word })
    : unknown(`what ${owner} writes to ${knob} was not understood`);
}

function setsThp({ plugin, key }: TunedSetting, isOnCommandLine: boolean): boolean {
  if (plugin === 'vm') return !isOnCommandLine && (key === 'transparent_hugepages' || key === 'transparent_hugepage');
  return plugin === 'sysfs' && matchesGlob(key, knob);
}

function fromTuned(setting: TunedSetting): Known<BootSetting> {
  const owner = `tuned, ${setting.file}:${setting.line}`;
  return setting.condition === undefined
    ? chosen(setting.value, owner)
    : unknown(`whether ${owner} applies was not to be told (${setting.condition})`, 'tuned-adm verify');
}

const fromParameter = ({ value = '', variable, place }: KernelParameter): Known<BootSetting> => {
  const owner =
    place === undefined
      ? `kernel command line${variable === undefined ? '' : ` (${variable})`}`
      : `${place.file}:${place.line}`;
  return known({ value, owner }, { from: owner, value: `transparent_hugepage=${value}`, place });
};

function builtIn(config: Kernel['config']): Known<BootSetting> {
  if (config.state !== 'known')
    return config.state === 'unknown' ? config : unknown('the kernel configuration is not there');
  const has = (name: string): boolean => config.value.get(`CONFIG_TRANSPARENT_HUGEPAGE${name}`) === 'y';
  const said = (value: string): Known<BootSetting> =>
    known(
      { value, owner: "the kernel's configuration" },
      { from: config.evidence[0]?.from ?? 'kernel configuration', value },
    );
  if (!has(''))
    return absent({
      from: config.evidence[0]?.from ?? 'kernel configuration',
      value: 'no CONFIG_TRANSPARENT_HUGEPAGE',
    });
  return said(has('_ALWAYS') ? 'always' : has('_MADVISE') ? 'madvise' : 'never');
}
