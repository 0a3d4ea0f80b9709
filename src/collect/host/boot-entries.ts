import { fileText, lackOf } from '#collect/file-facts';
import type { Sources } from '#collect/sources';
import { parseBootEntry, parseGrubEnvironment } from '#formats/conf/boot-entry';
import { bootRoots, grubEnvironmentFiles, nextBootEntry, type PlacedEntry } from '#formats/conf/next-boot-entry';
import { absent, type Known, known, orAbsent } from '#model/known';

/** Files that the functions here look at. */
export const bootEntryFiles = [
  ...bootRoots.flatMap(root => [`${root}/loader/entries/*`, `${root}/loader/loader.conf`]),
  ...grubEnvironmentFiles,
] as const;

/**
 * Gives the entry that the next boot takes: the one that GRUB saved, or that loader.conf names, else the newest that is no rescue
 * entry. Absent where there are no entries. A choice that firmware keeps (LoaderEntryDefault) is not seen.
 */
export function nextEntry(sources: Sources): Known<PlacedEntry> {
  for (const root of bootRoots) {
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
    const environment = orAbsent(grubEnvironment(sources));
    if (environment.state === 'unknown') return environment;
    const loaderConf = fileText(sources, `${root}/loader/loader.conf`);
    if (loaderConf.state === 'unknown') return loaderConf;
    const newest = nextBootEntry(entries, {
      saved: environment.state === 'known' ? environment.value?.get('saved_entry') : undefined,
      loaderConf: loaderConf.state === 'known' ? loaderConf.value : undefined,
    });
    if (newest !== undefined) {
      return known(newest, { from: newest.path, value: newest.entry.options.map(({ text }) => text).join(' ') });
    }
  }
  return absent({ from: bootRoots.map(root => `${root}/loader/entries`).join(', '), value: 'no entries' });
}

/** GRUB's environment block; absent where there is none. */
export function grubEnvironment(sources: Sources): Known<ReadonlyMap<string, string>> {
  let lack: Known<never> = absent();
  for (const path of grubEnvironmentFiles) {
    const text = fileText(sources, path);
    if (text.state === 'known') return known(parseGrubEnvironment(text.value), { from: path, value: 'read' });
    if (text.state === 'unknown') lack = text;
  }
  return lack;
}
