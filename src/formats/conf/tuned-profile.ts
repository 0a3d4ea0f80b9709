import { parseIni } from '#formats/conf/ini-file';

/**
 * Reads tuned's profiles (tuned.conf) and merges those that include one another, as tuned does (tuned: profiles/unit.py, merger.py;
 * checked against tuned 2.20).
 */
export interface TunedProfile {
  /** `include=` of [main], with variables yet to be filled in; undefined where there is none. */
  readonly include: string | undefined;
  /** Sections but [main], by name, in order. */
  readonly units: ReadonlyMap<string, TunedUnit>;
}

/** One section. */
export interface TunedUnit {
  readonly plugin: string;
  readonly isEnabled: boolean;
  /** Drops what an included profile says in this section. */
  readonly replaces: boolean;
  /** Options of an included profile that are dropped. */
  readonly drops: readonly string[];
  readonly devices: string | undefined;
  readonly devicesRegex: string | undefined;
  readonly cpuinfoRegex: string | undefined;
  readonly unameRegex: string | undefined;
  readonly options: ReadonlyMap<string, TunedOption>;
}

/** One option, and where it stands. */
export interface TunedOption {
  readonly value: string;
  readonly file: string;
  readonly line: number;
}

/** Stands for the folder of the profile. */
const profileFolder = '$' + '{i:PROFILE_DIR}';

const isYes = (text: string | undefined): boolean => /^(?:[Tt]rue|1)$/.test(text ?? '');
const own = new Set([
  'type',
  'enabled',
  'replace',
  'drop',
  'devices',
  'devices_udev_regex',
  'cpuinfo_regex',
  'uname_regex',
  'script_pre',
  'script_post',
  'priority',
]);

/** Takes the file's path and text. */
export function parseTunedProfile(file: string, text: string): TunedProfile {
  const folder = file.slice(0, file.lastIndexOf('/'));
  const sections = new Map<string, Map<string, TunedOption>>();
  for (const { section, key, value, line } of parseIni(text)) {
    const options = sections.get(section) ?? new Map<string, TunedOption>();
    sections.set(section, options.set(key, { value: value.replaceAll(profileFolder, folder), file, line }));
  }
  const include = sections.get('main')?.get('include')?.value;
  sections.delete('main');
  return { include, units: new Map([...sections].map(([name, options]) => [name, unitOf(name, options)])) };
}

function unitOf(name: string, options: ReadonlyMap<string, TunedOption>): TunedUnit {
  const text = (key: string): string | undefined => options.get(key)?.value;
  return {
    plugin: text('type') ?? name,
    isEnabled: text('enabled') === undefined || isYes(text('enabled')),
    replaces: isYes(text('replace')),
    drops: (text('drop') ?? '').split(/\s*[,;]\s*/).filter(drop => drop !== ''),
    devices: text('devices'),
    devicesRegex: text('devices_udev_regex'),
    cpuinfoRegex: text('cpuinfo_regex'),
    unameRegex: text('uname_regex'),
    options: new Map([...options].filter(([key]) => !own.has(key))),
  };
}

/** Merges profiles in the order in which tuned reads them, the included first: sections of one name are joined, what comes later counts. */
export function mergeTunedProfiles(profiles: readonly TunedProfile[]): ReadonlyMap<string, TunedUnit> {
  const merged = new Map<string, TunedUnit>();
  for (const { units } of profiles) {
    for (const [name, unit] of units) {
      const before = merged.get(name);
      merged.set(name, before === undefined || unit.replaces ? unit : joined(before, unit));
    }
  }
  return merged;
}

function joined(before: TunedUnit, unit: TunedUnit): TunedUnit {
  const options = new Map(before.options);
  for (const drop of unit.drops) options.delete(drop);
  for (const [key, option] of unit.options) options.set(key, option);
  return {
    ...unit,
    devicesRegex: unit.devicesRegex ?? before.devicesRegex,
    cpuinfoRegex: unit.cpuinfoRegex ?? before.cpuinfoRegex,
    unameRegex: unit.unameRegex ?? before.unameRegex,
    options,
  };
}
