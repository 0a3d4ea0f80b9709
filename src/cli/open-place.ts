import { openDocuments } from '#cli/open-documents';
import { openLocal } from '#cli/open-local';
import type { OpenOptions, ReadProblem } from '#cli/open-options';
import { type RecognizedSource, recognizeSource } from '#cli/recognize-source';
import { usageError } from '#cli/request-error';
import type { Place } from '#collect/machine';
import { unknown } from '#model/known';
import { noCommands } from '#transport/commands';
import { localTree } from '#transport/local-tree';

/** A place that can be read, and what of the input could not be. */
export interface Opened {
  readonly place: Place;
  readonly problems: readonly ReadProblem[];
}

/** Takes SOURCE words and options; opens the place that they mean. No word: this machine. */
export async function openPlace(words: readonly string[], options: OpenOptions): Promise<Opened> {
  if (words.length === 0) return { place: await openLocal(options), problems: [] };
  const recognized = words.map(word => recognizeSource(word, options.as, words.length > 1));
  const place = recognized.find(({ kind }) => kind !== 'xml' && kind !== 'stdin');
  if (place === undefined) return openXml(recognized, options);
  if (recognized.length > 1) {
    throw usageError(`${words.join(' ')}: one bundle or folder at a time, or any number of XML files`);
  }
  if (options.connect !== undefined) throw usageError(`--connect goes with this machine, not with ${place.path}`);
  if (place.kind === 'root') return { place: openRoot(place.path), problems: [] };
  const { openBundle } = await import('#cli/open-bundle');
  return { place: await openBundle(place), problems: [] };
}

async function openXml(recognized: readonly RecognizedSource[], options: OpenOptions): Promise<Opened> {
  const { place, problems, domains } = openDocuments(recognized.map(({ path }) => path));
  if (options.isValidating !== true) return { place, problems };
  const { validateDomains } = await import('#cli/validate-domains');
  return { place, problems: [...problems, ...(await validateDomains(domains, options.root ?? '/'))] };
}

/** A folder laid out like a root holds what somebody thought worth keeping: what is not in it may be on the machine. */
const openRoot = (path: string): Place => ({
  source: path,
  extent: 'host',
  sources: {
    files: localTree(path, { missing: 'not-captured' }),
    libvirt: unknown('a folder has no libvirt to ask', 'nearmetal collect on the host keeps its answers'),
    commands: noCommands,
  },
});
