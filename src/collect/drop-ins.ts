import { fileText, lackOf } from '#collect/file-facts';
import type { Sources } from '#collect/sources';
import { type Known, known } from '#model/known';

/** A file found in drop-in folders. */
export interface DropIn {
  readonly name: string;
  /** Where it was found. */
  readonly path: string;
  /** The file that a person would edit: what a link points to, else the path. */
  readonly file: string;
  /** Empty for one that is masked by a link to /dev/null. */
  readonly text: string;
}

/** Folders of systemd's configuration for a kind of file, the strongest first (systemd: CONF_PATHS; sysctl.d(5), tmpfiles.d(5)). */
export const systemdFolders = (kind: string): readonly string[] => [
  `/etc/${kind}`,
  `/run/${kind}`,
  `/usr/local/lib/${kind}`,
  `/usr/lib/${kind}`,
  `/lib/${kind}`,
];

/**
 * Reads the files of drop-in folders as systemd does: sorted by name, whatever their folder; of files of one name only the one in the
 * strongest (first) folder counts, also where it is masked or empty. Unknown where a folder or file could not be read: it might
 * hold what decides. No folder at all: no files.
 */
export function readDropIns(sources: Sources, folders: readonly string[], ending: string): Known<readonly DropIn[]> {
  const found = new Map<string, string>();
  for (const folder of folders) {
    const names = sources.files.list(folder);
    if (names.outcome === 'absent') continue;
    if (names.outcome !== 'ok') return lackOf(names, folder);
    for (const name of names.value) if (name.endsWith(ending) && !found.has(name)) found.set(name, `${folder}/${name}`);
  }
  const files: DropIn[] = [];
  for (const [name, path] of [...found].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const target = linkTarget(sources, path);
    if (target === '/dev/null') {
      files.push({ name, path, file: path, text: '' });
      continue;
    }
    const text = fileText(sources, path);
    if (text.state === 'unknown') return text;
    if (text.state === 'known') files.push({ name, path, file: target ?? path, text: text.value });
  }
  return known(files, { from: folders.join(', '), value: files.map(({ path }) => path).join(' ') || `no *${ending}` });
}

/** Where a symbolic link points, as an absolute path without `..`; undefined for what is no link. */
export function linkTarget(sources: Sources, path: string): string | undefined {
  const link = sources.files.link(path);
  if (link.outcome !== 'ok') return undefined;
  const parts: string[] = link.value.startsWith('/') ? [] : path.split('/').slice(1, -1);
  for (const part of link.value.split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '' && part !== '.') parts.push(part);
  }
  return `/${parts.join('/')}`;
}
