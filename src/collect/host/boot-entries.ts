import { fileText, lackOf } from '#collect/file-facts';
import type { Sources } from '#collect/sources';
import { type BootEntry, parseBootEntry, parseGrubEnvironment } from '#formats/conf/boot-entry';
import { absent, type Known, known, orAbsent } from '#model/known';
import { matchesGlob } from '#units/glob';
import { compareNaturally } from '#units/natural-order';

const roots = ['/boot', '/boot/efi', '/efi'] as const;
const environments = ['/boot/grub2/grubenv', '/boot/grub/grubenv'] as const;

/** Files that the functions here look at. */
export const bootEntryFiles = [
  ...roots.flatMap(root => [`${root}/loader/entries/*`, `${root}/loader/loader.conf`]),
  ...environments,
] as const;

/** A boot entry and its file. */
export interface PlacedEntry {
  readonly path: string;
  readonly entry: BootEntry;
}

/**
 * Gives the entry that the next boot takes: the one that GRUB saved, or that loader.conf names, else the newest that is no rescue
 * entry. Absent where there are no entries. A choice that firmware keeps (LoaderEntryDefault) is not seen.
 */
export function nextEntry(sources: Sources): Known<PlacedEntry> {
  for (const root of roots) {
    const folder = `${root}/loader/entries`;
    const names = sources.files.list(folder);
    if (names.outcome === 'absent') continue;
    if (names.outcome !== 'ok') return lackOf(names, folder);
    const entries: PlacedEntry[] = [];
    for (const name of names.value.filter(each => each.endsWith('.conf'))) {
      const path = `${folder}/${name}`;
      const text = fileText(sources, path);
      if (text.state === 'unknown') return text;
      if (text.state === 'known') entries.push({ path, entry: parseBootEntry(name.slice(0, -5), text.value) });
    }
    if (entries.length === 0) continue;
    const wanted = wantedEntry(sources, root);
    if (wanted.state === 'unknown') return wanted;
    const chosen = wanted.state === 'known' ? entries.find(({ entry }) => isNamed(entry, wanted.value)) : undefined;
    const newest = chosen ?? newestOf(entries);
    if (newest !== undefined) {
      return known(newest, { from: newest.path, value: newest.entry.options.map(({ text }) => text).join(' ') });
    }
  }
  return absent({ from: roots.map(root => `${root}/loader/entries`).join(', '), value: 'no entries' });
}

/** GRUB's environment block; absent where there is none. */
export function grubEnvironment(sources: Sources): Known<ReadonlyMap<string, string>> {
  let lack: Known<never> = absent();
  for (const path of environments) {
    const text = fileText(sources, path);
    if (text.state === 'known') return known(parseGrubEnvironment(text.value), { from: path, value: 'read' });
    if (text.state === 'unknown') lack = text;
  }
  return lack;
}

/** A name, a title or a pattern. GRUB counts entries too: a number is left to the order. */
function wantedEntry(sources: Sources, root: string): Known<string> {
  const environment = orAbsent(grubEnvironment(sources));
  if (environment.state === 'unknown') return environment;
  const saved = environment.state === 'known' ? environment.value?.get('saved_entry') : undefined;
  if (saved !== undefined && saved !== '' && !/^\d+$/.test(saved)) return known(saved);
  const conf = fileText(sources, `${root}/loader/loader.conf`);
  if (conf.state !== 'known') return conf;
  const named = /^[ \t]*default[ \t]+(\S{1,512})[ \t]*$/m.exec(conf.value)?.[1];
  return named === undefined || named.startsWith('@') ? absent() : known(named.replace(/\.conf$/, ''));
}

const isNamed = (entry: BootEntry, wanted: string): boolean =>
  entry.id === wanted || entry.title === wanted || matchesGlob(wanted, entry.id);

function newestOf(entries: readonly PlacedEntry[]): PlacedEntry | undefined {
  const isRescue = ({ entry }: PlacedEntry): boolean => /rescue|recovery/i.test(`${entry.id} ${entry.title ?? ''}`);
  const ordinary = entries.filter(each => !isRescue(each));
  return (ordinary.length > 0 ? ordinary : entries).toSorted((a, b) =>
    compareNaturally(`${b.entry.version ?? ''} ${b.entry.id}`, `${a.entry.version ?? ''} ${a.entry.id}`),
  )[0];
}
