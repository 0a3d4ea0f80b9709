import { statSync } from 'node:fs';
import { dirname, isAbsolute, join, relative } from 'node:path';
import { readInput } from '#cli/read-input';
import { inputError, inputErrors, type RequestError, settingsErrors } from '#cli/request-error';
import { systemWords } from '#cli/system-words';
import { workingCopyOf } from '#cli/working-copy';
import { readSettings } from '#wishes/read-settings';
import type { SettingsFile, SettingsLevel } from '#wishes/settings';

/** Flags that say which settings are read. */
export interface SettingsOptions {
  readonly config?: readonly string[];
  readonly waivers?: readonly string[];
  readonly isolated?: boolean;
}

/** Settings for all users of this machine. */
const siteFile = '/etc/nearmetal/nearmetal.yaml';

const name = 'nearmetal.yaml';

/** More than any settings need. */
const mostBytes = 2 ** 20;

/** Where settings of the site and of the user may be, the weaker first. `--isolated`: nowhere. */
export function usualPlaces(
  { isolated }: SettingsOptions,
  env: NodeJS.ProcessEnv,
): readonly { readonly level: SettingsLevel; readonly path: string }[] {
  if (isolated === true) return [];
  const { XDG_CONFIG_HOME: xdg, HOME: home } = env;
  // a relative folder in it is to be ignored, says the specification
  const folder =
    xdg !== undefined && isAbsolute(xdg)
      ? xdg
      : home !== undefined && isAbsolute(home)
        ? join(home, '.config')
        : undefined;
  return [
    { level: 'site', path: siteFile },
    ...(folder === undefined ? [] : [{ level: 'user' as const, path: join(folder, 'nearmetal', name) }]),
  ];
}

/** Reads the settings of the site, the user, then those named by `--config` and `--waivers`: in this order later ones win. Throws RequestError. */
export async function readSettingsFiles(
  options: SettingsOptions,
  usual = usualPlaces(options, process.env),
): Promise<readonly SettingsFile[]> {
  const named = [
    ...(options.config ?? []).map(path => ({ level: 'named' as const, path })),
    ...(options.waivers ?? []).map(path => ({ level: 'waivers' as const, path })),
  ];
  const there = usual.filter(({ path }) => isThere(path));
  const files: SettingsFile[] = [];
  const faulty: RequestError[] = [];
  for (const { level, path } of [...there, ...named]) {
    const read = await readFile(path, level);
    if ('written' in read) files.push(read);
    else faulty.push(read);
  }
  if (faulty.length > 0) throw inputErrors(faulty.flatMap(({ problems }) => problems));
  return files;
}

/**
 * Reads the settings that lie with XML in a working copy: the nearest nearmetal.yaml from the working folder up to the root of the
 * working copy, or in the working folder alone where that is in none. There it must be the user's own, because anybody may put files into
 * folders such as /tmp. Undefined where there is none.
 */
export async function readFolderSettings(options: SettingsOptions, folder: string): Promise<SettingsFile | undefined> {
  // who names a file means that one
  if (options.isolated === true || (options.config ?? []).length > 0) return undefined;
  const top = workingCopyOf(folder);
  for (let at = folder; ; at = dirname(at)) {
    const path = join(at, name);
    if (isThere(path)) {
      if (top === undefined && !isOwn(path)) return undefined;
      // as the XML beside it is named
      const read = await readFile(relative(folder, path), 'folder');
      if ('written' in read) return read;
      throw read;
    }
    if (at === (top ?? folder) || at === dirname(at)) return undefined;
  }
}

/** Puts the settings of the folder between those of the user and those that were named. */
export const withFolder = (
  files: readonly SettingsFile[],
  folder: SettingsFile | undefined,
): readonly SettingsFile[] =>
  folder === undefined
    ? files
    : [
        ...files.filter(({ level }) => level === 'site' || level === 'user'),
        folder,
        ...files.filter(({ level }) => level !== 'site' && level !== 'user'),
      ];

async function readFile(path: string, level: SettingsLevel): Promise<SettingsFile | RequestError> {
  let bytes: Uint8Array;
  try {
    bytes = await readInput(path, () => mostBytes);
  } catch (error) {
    if (level === 'named' || level === 'waivers') throw error;
    throw inputError(
      error instanceof Error ? error.message : String(error),
      '--isolated leaves out the settings of the site, the user and the folder',
    );
  }
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw inputError(`${path} is not UTF-8, as settings are`);
  }
  const read = readSettings(text, { file: path, level });
  return 'written' in read ? read : settingsErrors(read);
}

function isThere(path: string): boolean {
  try {
    return statSync(path, { throwIfNoEntry: false }) !== undefined;
  } catch (error) {
    // no right to the folder is told, no such folder is not
    if (error instanceof Error && 'code' in error && error.code === 'ENOTDIR') return false;
    throw inputError(`${path} cannot be read: ${systemWords(error)}`, '--isolated leaves it out');
  }
}

const isOwn = (path: string): boolean => [process.getuid?.(), 0].includes(statSync(path).uid);
