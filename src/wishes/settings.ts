import type { Place } from '#model/known';
import type { WrittenSettings, WrittenWaiver } from '#wishes/settings-schema';

/** What is wrong with a settings file, in one place. */
export interface SettingsFault {
  readonly place: Place;
  readonly message: string;
  /** What to write instead. */
  readonly doThis?: string | undefined;
  /** A word that is wrong, and the words that would be right. */
  readonly meant?: { readonly word: string; readonly candidates: readonly string[] } | undefined;
}

/** A value that was written somewhere. */
export interface Placed<T> {
  readonly value: T;
  readonly place: Place;
}

/** What one settings file says, with the place of each thing. */
export interface SettingsFile {
  readonly file: string;
  /** Who set it up: in this order later ones win. */
  readonly level: SettingsLevel;
  readonly written: WrittenSettings;
  readonly waivers: readonly Placed<WrittenWaiver>[];
  /** Where the value at a path stands. */
  readonly placeOf: (path: readonly (string | number)[]) => Place;
  readonly keyPlaceOf: (path: readonly (string | number)[]) => Place;
}

/** Whose settings they are: of all users of this machine, of this user, of the folder with the XML, named by `--config`, a file of waivers. */
export type SettingsLevel = 'site' | 'user' | 'folder' | 'named' | 'waivers';

/** What a path in YAML is, as people write it: `waivers[0].owner`. */
export const pathWords = (path: readonly (string | number)[]): string =>
  path.map((step, at) => (typeof step === 'number' ? `[${step + 1}]` : at === 0 ? step : `.${step}`)).join('');

/** One or several values as a list. */
export const asList = <T>(value: T | readonly T[] | undefined): readonly T[] =>
  value === undefined ? [] : isList(value) ? value : [value];

const isList = <T>(value: T | readonly T[]): value is readonly T[] => Array.isArray(value);
