import { isGlob, matchesGlob } from '#units/glob';
import type { Intent } from '#wishes/intent';
import { type ParameterShape, parameterValue } from '#wishes/parameter-value';
import { asList, type Placed, type SettingsFault, type SettingsFile } from '#wishes/settings';
import type { WrittenSettings, WrittenWaiver } from '#wishes/settings-schema';
import type { WaiverEntry } from '#wishes/waiver-entry';

/** What settings name of a rule. */
export interface NamedRule {
  readonly id: string;
  readonly aliases?: readonly string[];
  readonly params: Readonly<Record<string, ParameterShape>>;
}

/** All settings files in force as one, each value with the place it comes from. */
export interface Settings {
  readonly policy: Placed<NonNullable<WrittenSettings['policy']>> | undefined;
  readonly failOn: Placed<NonNullable<WrittenSettings['failOn']>> | undefined;
  readonly defaultIntents: Placed<readonly Intent[]> | undefined;
  readonly hostIntents: Placed<readonly Intent[]> | undefined;
  /** By name, UUID or pattern, those of later files first. */
  readonly guestIntents: ReadonlyMap<string, Placed<readonly Intent[]>>;
  /** By rule id, then by name; in the parameter's own unit. */
  readonly parameters: ReadonlyMap<string, ReadonlyMap<string, Placed<number>>>;
  readonly waivers: readonly WaiverEntry[];
}

/**
 * Takes settings files, the weakest first, and the rules there are; gives them as one, or all that is wrong with what they name. Single
 * values: the last file that says one wins. Intents of guests and parameters: the last file wins for each. Waivers add up.
 */
export function resolveSettings(
  files: readonly SettingsFile[],
  rules: readonly NamedRule[],
): { readonly settings: Settings; readonly faults: readonly SettingsFault[] } {
  const faults: SettingsFault[] = [];
  const guestIntents = new Map<string, Placed<readonly Intent[]>>();
  const parameters = new Map<string, Map<string, Placed<number>>>();
  const waivers: WaiverEntry[] = [];
  for (const file of files) {
    readParameters(file, rules, parameters, faults);
    for (const waiver of file.waivers) {
      const entry = resolveWaiver(waiver, rules, file, faults);
      if (entry !== undefined) waivers.push(entry);
    }
  }
  for (const file of files.toReversed()) {
    for (const [guest, intents] of Object.entries(file.written.intents?.guests ?? {})) {
      if (!guestIntents.has(guest))
        guestIntents.set(guest, { value: asList(intents), place: file.keyPlaceOf(['intents', 'guests', guest]) });
    }
  }
  const settings: Settings = {
    policy: lastOf(files, ['policy'], ({ policy }) => policy),
    failOn: lastOf(files, ['failOn'], ({ failOn }) => failOn),
    defaultIntents: lastOf(files, ['intents', 'default'], ({ intents }) => listIfSaid(intents?.default)),
    hostIntents: lastOf(files, ['intents', 'host'], ({ intents }) => listIfSaid(intents?.host)),
    guestIntents,
    parameters,
    waivers,
  };
  return { settings, faults };
}

const listIfSaid = (intents: Intent | readonly Intent[] | undefined): readonly Intent[] | undefined =>
  intents === undefined ? undefined : asList<Intent>(intents);

function lastOf<T>(
  files: readonly SettingsFile[],
  path: readonly string[],
  pick: (written: WrittenSettings) => T | undefined,
): Placed<T> | undefined {
  for (const file of files.toReversed()) {
    const value = pick(file.written);
    if (value !== undefined) return { value, place: file.keyPlaceOf(path) };
  }
  return undefined;
}

function readParameters(
  file: SettingsFile,
  rules: readonly NamedRule[],
  into: Map<string, Map<string, Placed<number>>>,
  faults: SettingsFault[],
): void {
  for (const [id, numbers] of Object.entries(file.written.parameters ?? {})) {
    const rule = rules.find(one => one.id === id || one.aliases?.includes(id) === true);
    if (rule === undefined) {
      faults.push({
        place: file.keyPlaceOf(['parameters', id]),
        message: `there is no rule "${id}"`,
        doThis: 'nearmetal guide lists all',
        meant: { word: id, candidates: rules.map(one => one.id) },
      });
      continue;
    }
    const names = Object.keys(rule.params);
    for (const [name, written] of Object.entries(numbers)) {
      const path = ['parameters', id, name];
      const shape = Object.hasOwn(rule.params, name) ? rule.params[name] : undefined;
      if (shape === undefined) {
        faults.push({
          place: file.keyPlaceOf(path),
          message: `${rule.id} has no parameter "${name}"`,
          doThis: names.length === 0 ? 'it has none' : `it has ${names.join(', ')}: nearmetal explain ${rule.id}`,
          meant: { word: name, candidates: names },
        });
        continue;
      }
      const value = parameterValue(written, shape);
      if (typeof value === 'string') {
        faults.push({
          place: file.placeOf(path),
          message: `${rule.id} ${name}: ${value}`,
          doThis: `its default is ${shape.default} ${shape.unit}`.trimEnd(),
        });
        continue;
      }
      const ofRule = into.get(rule.id) ?? new Map<string, Placed<number>>();
      ofRule.set(name, { value, place: file.keyPlaceOf(path) });
      into.set(rule.id, ofRule);
    }
  }
}

function resolveWaiver(
  { value, place }: Placed<WrittenWaiver>,
  rules: readonly NamedRule[],
  file: SettingsFile,
  faults: SettingsFault[],
): WaiverEntry | undefined {
  const ids = new Set<string>();
  const words = asList(value.rule);
  for (const word of words) {
    const meant = rules.filter(rule => isMeant(rule, word));
    for (const { id } of meant) ids.add(id);
    if (meant.length > 0) continue;
    const areas = [...new Set(rules.map(({ id }) => areaOf(id)))];
    faults.push({
      place: ruleplace(file, value, place),
      message: isGlob(word) ? `no rule fits "${word}"` : `there is no rule or area "${word}"`,
      doThis: 'nearmetal guide lists all',
      meant: isGlob(word) ? undefined : { word, candidates: [...rules.map(({ id }) => id), ...areas] },
    });
    return undefined;
  }
  const { host, guest, subject, part, reason, owner, until } = value;
  const isBounded = [host, guest, subject, part].some(bound => bound !== undefined);
  if (ids.size === rules.length && !isBounded) {
    faults.push({
      place,
      message: 'this waiver would hide everything that is ever found',
      doThis: 'name rules, or say for which host, guest or subject it is',
    });
    return undefined;
  }
  return {
    words,
    rules: ids,
    hosts: asList(host),
    guests: asList(guest),
    subjects: asList(subject),
    parts: asList(part),
    reason,
    owner,
    until,
    place,
  };
}

/** Where the rule of a waiver stands: in a bare list and below `waivers` alike it is the waiver's own place that leads there. */
const ruleplace = (file: SettingsFile, waiver: WrittenWaiver, place: Placed<WrittenWaiver>['place']): typeof place => {
  const at = file.waivers.findIndex(({ value }) => value === waiver);
  const path = file.written.waivers === undefined ? [at, 'rule'] : ['waivers', at, 'rule'];
  return at < 0 ? place : file.placeOf(path);
};

const areaOf = (id: string): string => id.slice(0, id.indexOf('/'));

const isMeant = ({ id, aliases }: NamedRule, word: string): boolean =>
  id === word ||
  aliases?.includes(word) === true ||
  areaOf(id) === word ||
  (isGlob(word) && matchesGlob(word, id, { slash: 'is-like-any' }));
