import * as v from 'valibot';
import { type PlainYaml, parseYaml, type YamlDocument, type YamlPath } from '#formats/yaml/parse-yaml';
import { YamlError } from '#formats/yaml/yaml-error';
import type { Place } from '#model/known';
import { type Placed, pathWords, type SettingsFault, type SettingsFile, type SettingsLevel } from '#wishes/settings';
import { settingsSchema, type WrittenSettings, type WrittenWaiver, waiversSchema } from '#wishes/settings-schema';

/**
 * Takes the text of a settings file (of level `waivers`: of a file of waivers); gives what it says, or all that is wrong with its form.
 * Unknown keys are faults: a setting that is misspelt would be thought to hold.
 */
export function readSettings(
  text: string,
  { file, level }: { readonly file: string; readonly level: SettingsLevel },
): SettingsFile | readonly SettingsFault[] {
  let document: YamlDocument;
  try {
    document = parseYaml(text);
  } catch (error) {
    if (!(error instanceof YamlError)) throw error;
    return [{ place: { file, ...error.at }, message: error.message }];
  }
  const placeOf = (path: YamlPath): Place => ({ file, ...document.placeOf(path) });
  const keyPlaceOf = (path: YamlPath): Place => ({ file, ...document.keyPlaceOf(path) });
  const plain = level === 'waivers' && document.value === null ? [] : (document.value ?? {});
  const schema =
    level === 'waivers' ? (Array.isArray(plain) ? waiversSchema.options[1] : waiversSchema.options[0]) : settingsSchema;
  const { output, faults } = validate(schema, plain, { placeOf, keyPlaceOf });
  if (faults.length > 0 || output === undefined) return faults;
  const isBareList = Array.isArray(output);
  const list = isBareList ? output : (output.waivers ?? []);
  const waivers: readonly Placed<WrittenWaiver>[] = list.map((value, at) => ({
    value,
    place: placeOf(isBareList ? [at] : ['waivers', at]),
  }));
  const unreal = waivers.flatMap(({ value }, at): readonly SettingsFault[] =>
    isCalendarDate(value.until)
      ? []
      : [{ place: placeOf(isBareList ? [at, 'until'] : ['waivers', at, 'until']), ...noDate(value.until) }],
  );
  if (unreal.length > 0) return unreal;
  const written: WrittenSettings = isBareList ? {} : output;
  return { file, level, written, waivers, placeOf, keyPlaceOf };
}

interface Places {
  readonly placeOf: (path: YamlPath) => Place;
  readonly keyPlaceOf: (path: YamlPath) => Place;
}

/** More faults than anybody reads at once. */
const mostFaults = 50;

/** Validates; the schema library tells one unknown key at a time, so each is told, taken out, and the rest looked at again. */
function validate<S extends typeof settingsSchema | (typeof waiversSchema.options)[number]>(
  schema: S,
  given: PlainYaml,
  places: Places,
): { readonly output: v.InferOutput<S> | undefined; readonly faults: readonly SettingsFault[] } {
  const faults = new Map<string, SettingsFault>();
  let plain = given;
  while (faults.size < mostFaults) {
    const result = v.safeParse(schema, plain);
    if (result.success) return { output: result.output, faults: [...faults.values()] };
    const strays: YamlPath[] = [];
    const before = faults.size;
    for (const issue of result.issues.flatMap(leaves)) {
      const fault = faultOf(issue, places, given);
      faults.set(`${pathWords(issue.path)} ${fault.message}`, fault);
      if (isStray(issue.issue) && !isInList(issue, given)) strays.push(issue.path);
    }
    if (strays.length === 0 || faults.size === before) break;
    for (const path of strays) plain = without(plain, path);
  }
  const sorted = [...faults.values()].sort((a, b) => a.place.line - b.place.line || a.place.column - b.place.column);
  return { output: undefined, faults: sorted.slice(0, mostFaults) };
}

type Issue = v.BaseIssue<unknown>;

interface Leaf {
  readonly issue: Issue;
  readonly path: YamlPath;
}

const pathOf = (issue: Issue): YamlPath =>
  (issue.path ?? []).map(({ key }) => (typeof key === 'number' ? key : String(key)));

/** Of a choice between a value and a list of values, the issues of the form that was written. */
function leaves(issue: Issue): readonly Leaf[] {
  const path = pathOf(issue);
  const inner = issue.type === 'union' ? (issue.issues ?? []) : [];
  if (inner.length === 0) return [{ issue, path }];
  const deeper = inner.filter(one => (one.path ?? []).length > 0);
  const [first] = inner;
  const chosen = deeper.length > 0 ? deeper : first === undefined ? [] : [first];
  return chosen.flatMap(one => leaves(one).map(leaf => ({ issue: leaf.issue, path: [...path, ...leaf.path] })));
}

const isStray = ({ type, expected }: Issue): boolean => type === 'strict_object' && expected === 'never';

/** The schema library takes a list for a mapping with numbers for keys. */
const isInList = ({ path }: Leaf, given: PlainYaml): boolean => Array.isArray(valueAt(given, path.slice(0, -1)));

function valueAt(value: PlainYaml | undefined, [step, ...rest]: YamlPath): PlainYaml | undefined {
  if (step === undefined || typeof value !== 'object' || value === null) return value;
  return valueAt(new Map(Object.entries<PlainYaml>(value)).get(String(step)), rest);
}

const isMissing = ({ type, received }: Issue): boolean => type === 'strict_object' && received === 'undefined';

function faultOf({ issue, path }: Leaf, { placeOf, keyPlaceOf }: Places, given: PlainYaml): SettingsFault {
  const name = String(path.at(-1) ?? '');
  const where = pathWords(path.slice(0, -1));
  if ((isStray(issue) || isMissing(issue)) && isInList({ issue, path }, given)) {
    return {
      place: placeOf(path.slice(0, -1)),
      message: `${where === '' ? 'the file' : where} is a list, where a mapping belongs`,
    };
  }
  if (isStray(issue)) {
    const candidates = keysAt(path.slice(0, -1));
    return {
      place: keyPlaceOf(path),
      message: `there is no setting "${name}"${where === '' ? '' : ` in ${where}`}`,
      doThis: `settings here are ${candidates.join(', ')}`,
      meant: { word: name, candidates },
    };
  }
  const field = path.includes('waivers') || typeof path[0] === 'number' ? waiverFields[name] : undefined;
  if (isMissing(issue)) {
    return {
      place: placeOf(path.slice(0, -1)),
      message: field?.missing ?? `${where === '' ? 'the file' : where} has no ${name}`,
      doThis: field?.doThis,
    };
  }
  if (field !== undefined && (issue.received === 'null' || issue.type === 'non_empty'))
    return { place: keyPlaceOf(path), message: field.missing, doThis: field.doThis };
  const place = placeOf(path);
  if (issue.type === 'picklist' && typeof issue.input === 'string') {
    const candidates = pickable(issue);
    return {
      place,
      message: `"${issue.input}" is not known as ${path.includes('intents') ? 'an intent' : `a value of ${name}`}`,
      doThis: `known are ${candidates.join(', ')}`,
      meant: { word: issue.input, candidates },
    };
  }
  if (issue.type === 'iso_date') return { place, ...noDate(String(issue.input)) };
  const found = path.length === 0 ? kindWords(given) : kindWords(issue.input);
  const isQuotable =
    issue.expected === 'string' && (typeof issue.input === 'number' || typeof issue.input === 'boolean');
  return {
    place,
    message: `${path.length === 0 ? 'the file' : pathWords(path)} is ${found}, where ${expectedWords(issue)} belongs`,
    doThis: isQuotable ? `a text that looks like something else stands in quotes: "${String(issue.input)}"` : undefined,
  };
}

const noDate = (text: string): { readonly message: string; readonly doThis: string } => ({
  message: `"${text}" is no date of the calendar`,
  doThis: 'a date looks like 2027-06-30',
});

/** There is no 30 February. */
const isCalendarDate = (text: string): boolean => {
  const time = Date.parse(`${text}T00:00:00Z`);
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(text);
};

const waiverFields: Readonly<Record<string, { readonly missing: string; readonly doThis: string }>> = {
  owner: {
    missing: 'this waiver has no owner',
    doThis: 'owner: who decided it, and is asked when it expires',
  },
  reason: { missing: 'this waiver has no reason', doThis: 'reason: why the finding is accepted' },
  until: {
    missing: 'this waiver has no end',
    doThis: 'until: the last day on which it holds, such as 2027-06-30; then somebody looks again',
  },
  rule: { missing: 'this waiver names no rule', doThis: 'rule: an id, an area, or a pattern such as guest-net/*' },
};

/** The settings that there are at a path, for suggestions. */
function keysAt(path: YamlPath): readonly string[] {
  if (path.includes('waivers') || typeof path[0] === 'number') return Object.keys(waiverShape());
  if (path[0] === 'intents') return Object.keys(settingsSchema.entries.intents.wrapped.entries);
  return Object.keys(settingsSchema.entries);
}

const waiverShape = (): object => waiversSchema.options[1].item.entries;

function pickable(issue: Issue): readonly string[] {
  const { requirement } = issue;
  if (Array.isArray(requirement)) return requirement.map(String);
  return (issue.expected ?? '').replaceAll(/[()"]/g, '').split(' | ');
}

const kindWords = (value: unknown): string =>
  value === null || value === undefined
    ? 'empty'
    : Array.isArray(value)
      ? 'a list'
      : typeof value === 'object'
        ? 'a mapping'
        : typeof value === 'string'
          ? 'a text'
          : typeof value === 'number'
            ? 'a number'
            : 'a truth value';

const expectedWords = ({ expected, type }: Issue): string =>
  type === 'min_length'
    ? 'at least one entry'
    : type === 'non_empty'
      ? 'a text with a letter in it'
      : expected === 'Object'
        ? 'a mapping'
        : expected === 'Array'
          ? 'a list'
          : expected === 'string'
            ? 'a text'
            : expected === 'number' || expected?.includes('number') === true
              ? 'a number'
              : `one of ${(expected ?? '').replaceAll(/[()"]/g, '').replaceAll(' | ', ', ')}`;

/** A copy of a plain value without what stands at a path. */
function without(value: PlainYaml, [step, ...rest]: YamlPath): PlainYaml {
  if (Array.isArray(value)) {
    const list: readonly PlainYaml[] = value;
    return list.map((item, at) => (at === step ? without(item, rest) : item));
  }
  if (typeof value !== 'object' || value === null) return value;
  const entries: readonly (readonly [string, PlainYaml])[] = Object.entries(value);
  return Object.fromEntries(
    entries.flatMap(([key, item]) =>
      key === String(step) ? (rest.length === 0 ? [] : [[key, without(item, rest)]]) : [[key, item]],
    ),
  );
}
