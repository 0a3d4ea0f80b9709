import type { Rule } from '#check/define-rule';
import { settingsErrors } from '#cli/request-error';
import { resolveSettings, type Settings } from '#wishes/resolve-settings';
import { asList, type SettingsFile } from '#wishes/settings';
import type { Wishes } from '#wishes/wishes';

/**
 * Takes settings files, the weakest first, and the rules there are; gives them as one. Throws RequestError with all that is wrong.
 * `isSiteComplete` false: some of a site's own rules could not be loaded, so what names them is passed over.
 */
export function effectiveSettings(
  files: readonly SettingsFile[],
  rules: readonly Rule[],
  isSiteComplete: boolean,
): Settings {
  const { settings, faults } = resolveSettings(files, rules);
  const told = faults.filter(({ meant }) => isSiteComplete || meant?.word.startsWith('site') !== true);
  if (told.length > 0) throw settingsErrors(told);
  return settings;
}

/** Adds settings to what the flags say: flags win. */
export function withSettings(flags: Wishes, settings: Settings, policy: Wishes['policy']): Wishes {
  const { guestIntents, defaultIntents, hostIntents, parameters } = settings;
  const saidBy = new Map(flags.saidBy);
  const intents = new Map(flags.guestIntents);
  for (const [guest, { value, place }] of guestIntents) {
    if (intents.has(guest)) continue;
    intents.set(guest, value);
    saidBy.set(guest, `${place.file}:${place.line}`);
  }
  const isDefaultSaid = flags.defaultIntents.length > 0;
  if (!isDefaultSaid && defaultIntents !== undefined)
    saidBy.set('', `${defaultIntents.place.file}:${defaultIntents.place.line}`);
  return {
    ...flags,
    policy,
    guestIntents: intents,
    saidBy,
    defaultIntents: isDefaultSaid ? flags.defaultIntents : (defaultIntents?.value ?? []),
    hostIntents: flags.hostIntents.length > 0 ? flags.hostIntents : (hostIntents?.value ?? []),
    params: new Map(
      [...parameters].map(([id, numbers]) => [
        id,
        Object.fromEntries([...numbers].map(([name, { value }]) => [name, value])),
      ]),
    ),
  };
}

/** The folders with own rules that settings name. Those of a folder with XML may not name any: who sends XML must not have it run code. */
export function ruleFolders(
  files: readonly SettingsFile[],
): readonly { readonly folder: string; readonly from: SettingsFile }[] {
  return files.flatMap(file => {
    const folders = asList<string>(file.written.rules);
    if (folders.length > 0 && file.level === 'folder')
      throw settingsErrors([
        {
          place: file.keyPlaceOf(['rules']),
          message: 'a file that lies with XML may not name rules to run',
          doThis: `name it with --config ${file.file}, or put rules: into the settings of the site or the user`,
        },
      ]);
    return folders.map(folder => ({ folder, from: file }));
  });
}
