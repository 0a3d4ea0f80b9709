import { linkTarget } from '#collect/drop-ins';
import { fileText, lackOf } from '#collect/file-facts';
import type { Sources } from '#collect/sources';
import { parseUnitFile, type UnitSetting } from '#formats/conf/unit-file';
import { type Known, known } from '#model/known';
import { oncePer } from '#model/once-per';
import type { FileResult } from '#transport/file-tree';

/** Folders of unit files, the strongest first (systemd.unit(5), unit file load path). */
const folders = [
  '/etc/systemd/system',
  '/run/systemd/system',
  '/run/systemd/generator',
  '/usr/local/lib/systemd/system',
  '/usr/lib/systemd/system',
  '/lib/systemd/system',
] as const;

/** Files that a survey looks at. */
export const unitFiles = ['/lib', ...folders.flatMap(folder => [`${folder}/*`, `${folder}/*/*`])] as const;

/** What the folders of unit files hold. */
export interface UnitSurvey {
  /** Path of the strongest file of a unit (of its template, where it is an instance); undefined where none is installed. */
  readonly fileOf: (name: string) => string | undefined;
  readonly isMasked: (name: string) => boolean;
  /** The entry in a `.wants` or `.requires` folder that makes something start it; undefined where there is none. */
  readonly wantedBy: (name: string) => string | undefined;
  /** Settings of a unit with its drop-ins; undefined where its file may not be read. */
  readonly settingsOf: (name: string) => readonly (readonly UnitSetting[])[] | undefined;
  /** Names of the files in the administrator's folder. */
  readonly administrators: readonly string[];
}

/** Looks through the folders of unit files, once for all readings, starting nothing. Unknown where one of them could not be listed. */
export const surveyUnits = oncePer((sources: Sources): Known<UnitSurvey> => {
  const { files } = sources;
  const isMerged = files.link('/lib').outcome === 'ok';
  const places = new Map<string, string>();
  const folderNames = new Map<string, string[]>();
  const looked: string[] = [];
  let administrators: readonly string[] = [];
  for (const folder of folders) {
    if (isMerged && folder.startsWith('/lib/')) continue;
    const names: FileResult<readonly string[]> = files.list(folder);
    if (names.outcome === 'absent') continue;
    if (names.outcome !== 'ok') return lackOf(names, folder);
    looked.push(folder);
    if (folder === folders[0]) administrators = names.value;
    for (const name of names.value) {
      if (/\.(?:wants|requires|d)$/.test(name))
        folderNames.set(name, [...(folderNames.get(name) ?? []), `${folder}/${name}`]);
      else if (!places.has(name)) places.set(name, `${folder}/${name}`);
    }
  }
  const wanted = new Map<string, string>();
  for (const [name, paths] of folderNames) {
    if (name.endsWith('.d')) continue;
    for (const path of paths) {
      const names = files.list(path);
      if (names.outcome === 'denied' || names.outcome === 'not-captured') return lackOf(names, path);
      for (const unit of names.outcome === 'ok' ? names.value : []) {
        if (!wanted.has(unit)) wanted.set(unit, `${path}/${unit}`);
      }
    }
  }
  const fileOf = (name: string): string | undefined => places.get(name) ?? places.get(name.replace(/@[^.]*/, '@'));
  return known(
    {
      fileOf,
      administrators,
      isMasked: name => linkTarget(sources, places.get(name) ?? '') === '/dev/null',
      wantedBy: name => wanted.get(name),
      settingsOf: name => settingsOf(sources, fileOf(name), folderNames.get(`${name}.d`) ?? []),
    },
    { from: folders.join(', '), value: looked.length === 0 ? 'not there' : `looked in ${looked.join(', ')}` },
  );
});

function settingsOf(
  sources: Sources,
  file: string | undefined,
  dropInFolders: readonly string[],
): readonly (readonly UnitSetting[])[] | undefined {
  if (file === undefined) return undefined;
  const text = fileText(sources, file);
  if (text.state !== 'known') return undefined;
  const all = [parseUnitFile(text.value)];
  for (const folder of dropInFolders) {
    const names = sources.files.list(folder);
    for (const name of names.outcome === 'ok' ? names.value : []) {
      const dropIn = name.endsWith('.conf') ? fileText(sources, `${folder}/${name}`) : undefined;
      if (dropIn?.state === 'known') all.push(parseUnitFile(dropIn.value));
    }
  }
  return all;
}
