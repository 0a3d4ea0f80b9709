import type { Rule } from '#check/define-rule';
import type { CommonOptions } from '#cli/common-options';
import { exitCodes } from '#cli/exit-codes';
import { jsonText, openOutput } from '#cli/output';
import { effectiveSettings, ruleFolders } from '#cli/settings/effective-settings';
import {
  readFolderSettings,
  readSettingsFiles,
  type SettingsOptions,
  usualPlaces,
  withFolder,
} from '#cli/settings/settings-files';
import { allRules } from '#cli/site-rules/all-rules';
import { tellProblems } from '#cli/tell-problems';
import { type ForceLine, settingsText } from '#report/human/settings-text';
import type { Settings } from '#wishes/resolve-settings';
import type { Placed } from '#wishes/settings';
import { isExpired, waiverName } from '#wishes/waiver-entry';

/** `nearmetal config`: the settings in force, each with the place that it comes from. */
export async function config(options: CommonOptions & SettingsOptions): Promise<number> {
  const output = openOutput(options.output, options.color);
  const named = await readSettingsFiles(options);
  const files = withFolder(named, await readFolderSettings(options, process.cwd()));
  const { rules, problems } = await allRules(named);
  const settings = effectiveSettings(files, rules, problems.length === 0);
  const lines = [
    ...settingLines(settings, rules, new Date()),
    ...ruleFolders(files).map(({ folder, from }) => ({ name: 'rules', value: folder, from: from.file })),
  ];
  const read = files.map(({ file, level }) => ({ level, file }));
  const lacking = usualPlaces(options, process.env).filter(({ path }) => !files.some(({ file }) => file === path));
  await output.write(
    options.format === 'json'
      ? jsonText({ schema: 'nearmetal.config/1', files: read, settings: lines })
      : settingsText(
          read,
          lacking.map(({ level, path }) => ({ level, file: path })),
          lines,
          output.style,
        ),
  );
  tellProblems(problems);
  return problems.length > 0 ? exitCodes.input : exitCodes.ok;
}

function settingLines(settings: Settings, rules: readonly Rule[], now: Date): readonly ForceLine[] {
  const line = <T>(
    name: string,
    said: Placed<T> | undefined,
    otherwise: T,
    print: (value: T) => string,
  ): ForceLine => ({
    name,
    value: print(said?.value ?? otherwise),
    from: said === undefined ? 'default' : placeWords(said),
  });
  const words = (list: readonly string[]): string => list.join(', ');
  return [
    line('policy', settings.policy, 'current', String),
    line('failOn', settings.failOn, 'warning', String),
    line('intents default', settings.defaultIntents, ['general'], words),
    line('intents host', settings.hostIntents, [], list => words(list) || 'those of its guests'),
    ...[...settings.guestIntents].map(([guest, said]) => line(`intents ${guest}`, said, [], words)),
    ...[...settings.parameters].flatMap(([id, numbers]) =>
      [...numbers].map(([name, said]): ForceLine => {
        const shape = rules.find(rule => rule.id === id)?.params[name];
        const usual =
          shape === undefined ? '' : `${shape.unit === '' ? '' : ` ${shape.unit}`} (default ${shape.default})`;
        return { name: `${id} ${name}`, value: `${said.value}${usual}`, from: placeWords(said) };
      }),
    ),
    ...settings.waivers.map(waiver => ({
      name: 'waiver',
      value: `${waiverName(waiver)}, by ${waiver.owner} until ${waiver.until}${isExpired(waiver, now) ? ' (expired)' : ''}`,
      from: placeWords(waiver),
    })),
  ];
}

const placeWords = ({ place }: Pick<Placed<unknown>, 'place'>): string => `${place.file}:${place.line}`;
