import type { Change } from '#change/change';
import { knobSettings } from '#change/knob-settings';
import type { Host } from '#model/host';
import { valueIfKnown } from '#model/known';
import type { TunedSetting } from '#model/service';
import type { Sight } from '#plan/sight';
import { matchesGlob } from '#units/glob';

/** Our own files own nothing in anybody's way. */
const ours = /\/(?:90-)?nearmetal\.conf|\/\d\d-nearmetal\b/;

/**
 * Names who else sets what a change sets: files of sysctl.d and tmpfiles.d, start-up scripts, tuned's profile, saptune's notes, services that
 * write to it while they run. Sorted; what was not read is not among them.
 */
export function ownersOf(change: Change, host: Host, sight: Sight): readonly string[] {
  const owners = knobSettings(change).flatMap(({ knob }) => {
    const sysctl = /^sysctl (\S+)$/.exec(knob)?.[1];
    if (sysctl !== undefined) return [...sysctlOwners(sysctl, host), ...saptuneNotes(sysctl, sight)];
    const path = /^file (\/\S+)$/.exec(knob)?.[1];
    return path === undefined ? guestOwners(knob, host) : fileOwners(path, host);
  });
  return [...new Set(owners)].filter(owner => !ours.test(owner)).sort();
}

function sysctlOwners(name: string, host: Host): readonly string[] {
  const { kernel } = host;
  const set = Object.entries(kernel.sysctls).find(([key]) => key === name)?.[1];
  const lines = set === undefined ? [] : (valueIfKnown(set.settings) ?? []);
  const path = `/proc/sys/${name.replaceAll('.', '/')}`;
  return [
    ...lines.filter(({ isReadAtBoot }) => isReadAtBoot).map(({ file, line }) => `${file}:${line}`),
    ...writersOf(path, host),
    ...ofTuned(host, ({ plugin, key }) => plugin === 'sysctl' && key === name),
    ...(name.startsWith('kernel.numa_balancing') ? running(host, 'numad.service') : []),
  ];
}

function fileOwners(path: string, host: Host): readonly string[] {
  const isKsm = path.startsWith('/sys/kernel/mm/ksm/');
  const device = /^\/sys\/block\/([^/]+)\/queue\//.exec(path)?.[1];
  return [
    ...writersOf(path, host),
    ...ofTuned(host, setting => setsFile(setting, path, device)),
    ...(isKsm ? running(host, 'ksmtuned.service', 'ksm.service', 'momd.service', 'mom-vdsm.service') : []),
  ];
}

function setsFile({ plugin, key, devices }: TunedSetting, path: string, device: string | undefined): boolean {
  if (plugin === 'sysfs') return matchesGlob(key, path);
  if (plugin === 'vm') return path.endsWith('/transparent_hugepage/enabled') && key.startsWith('transparent_hugepage');
  const isOfDevice =
    device !== undefined && (devices === undefined || devices.split(/[\s,]+/).some(one => matchesGlob(one, device)));
  return plugin === 'disk' && key === 'elevator' && isOfDevice && path.endsWith('/scheduler');
}

/** numad moves the CPUs and the memory of guests while it runs. */
const guestOwners = (knob: string, host: Host): readonly string[] =>
  /^guest .* (?:vcpu\/@cpuset|cputune\/|numatune)/.test(knob) ? running(host, 'numad.service') : [];

const writersOf = (path: string, { kernel }: Host): readonly string[] =>
  [kernel.tmpfiles, kernel.bootWrites].flatMap(writes =>
    (valueIfKnown<readonly { readonly path: string; readonly file: string; readonly line: number }[]>(writes) ?? [])
      .filter(write => matchesGlob(write.path, path))
      .map(({ file, line }) => `${file}:${line}`),
  );

const ofTuned = ({ tuned }: Host, isIt: (setting: TunedSetting) => boolean): readonly string[] =>
  (valueIfKnown(tuned.settings) ?? []).some(isIt)
    ? [`tuned profile ${valueIfKnown(tuned.activeProfile) ?? 'in force'}`]
    : [];

const running = ({ services }: Host, ...names: readonly string[]): readonly string[] =>
  (valueIfKnown(services) ?? [])
    .filter(({ name, isActive }) => isActive === true && names.includes(name))
    .map(({ name }) => name);

/** saptune keeps for each parameter which notes set it: {"AllNotes":[{"NoteId":"start"},{"NoteId":"2382421"}]}; in /run since version 3.1. */
const saptuneNotes = (name: string, sight: Sight): readonly string[] =>
  ['/run/saptune/parameter', '/var/lib/saptune/parameter'].flatMap(folder => {
    const text = valueIfKnown(sight.file(`${folder}/${name}`)) ?? '';
    const notes = [...text.slice(0, 65_536).matchAll(/"NoteId"\s{0,9}:\s{0,9}"([\w.:-]{1,60})"/g)].flatMap(
      ([, note]) => note ?? [],
    );
    return notes.filter(note => note !== 'start').map(note => `saptune note ${note}`);
  });
