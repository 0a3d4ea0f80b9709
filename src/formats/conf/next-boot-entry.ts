import type { BootEntry } from '#formats/conf/boot-entry';
import { matchesGlob } from '#units/glob';
import { compareNaturally } from '#units/natural-order';

/** Folders that hold `loader/entries` and `loader/loader.conf`, the first one that has entries counts. */
export const bootRoots = ['/boot', '/boot/efi', '/efi'] as const;

/** Where GRUB keeps its environment block. */
export const grubEnvironmentFiles = ['/boot/grub2/grubenv', '/boot/grub/grubenv'] as const;

/** A boot entry and its file. */
export interface PlacedEntry {
  readonly path: string;
  readonly entry: BootEntry;
}

/** What says which entry is next; undefined: it says nothing. */
export interface EntryChoice {
  /** `saved_entry` of GRUB's environment block: a name or a title. A number is GRUB's own count, and left to the order. */
  readonly saved: string | undefined;
  /** Text of loader.conf. */
  readonly loaderConf: string | undefined;
}

/** Gives the entry that the next boot takes: the one that is chosen, else the newest that is no rescue entry. Undefined: there is none. */
export function nextBootEntry(
  entries: readonly PlacedEntry[],
  { saved, loaderConf }: EntryChoice,
): PlacedEntry | undefined {
  const byGrub = saved === undefined || saved === '' || /^\d+$/.test(saved) ? undefined : saved;
  const named = /^[ \t]*default[ \t]+(\S{1,512})[ \t]*$/m.exec(loaderConf ?? '')?.[1];
  const byLoader = named === undefined || named.startsWith('@') ? undefined : named.replace(/\.conf$/, '');
  const wanted = byGrub ?? byLoader;
  const chosen = wanted === undefined ? undefined : entries.find(({ entry }) => isNamed(entry, wanted));
  return chosen ?? newestOf(entries);
}

/** Whether an entry is for repairs: it is left as it is. */
export const isRescue = ({ entry }: PlacedEntry): boolean =>
  /rescue|recovery/i.test(`${entry.id} ${entry.title ?? ''}`);

const isNamed = (entry: BootEntry, wanted: string): boolean =>
  entry.id === wanted || entry.title === wanted || matchesGlob(wanted, entry.id);

function newestOf(entries: readonly PlacedEntry[]): PlacedEntry | undefined {
  const ordinary = entries.filter(each => !isRescue(each));
  return (ordinary.length > 0 ? ordinary : entries).toSorted((a, b) =>
    compareNaturally(`${b.entry.version ?? ''} ${b.entry.id}`, `${a.entry.version ?? ''} ${a.entry.id}`),
  )[0];
}
