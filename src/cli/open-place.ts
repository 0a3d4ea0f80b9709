import { exitCodes } from '#cli/exit-codes';
import { openDocuments } from '#cli/open-documents';
import { openLocal } from '#cli/open-local';
import type { OpenOptions, ReadProblem } from '#cli/open-options';
import { type RecognizedSource, recognizeSource } from '#cli/recognize-source';
import { inputErrors, RequestError, usageError } from '#cli/request-error';
import { storedDefinitions } from '#collect/guest/stored-definitions';
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
  const opened = await openWords(words, options);
  if (options.guestFacts === undefined || options.guestFacts.length === 0) return opened;
  const { withGuestFacts } = await import('#cli/open-guest-facts');
  return { ...opened, place: await withGuestFacts(opened.place, options.guestFacts) };
}

async function openWords(words: readonly string[], options: OpenOptions): Promise<Opened> {
  if (words.length === 0) {
    if (options.as !== undefined) throw usageError('--as says what SOURCE is, and there is none');
    const place = await openLocal(options);
    return validated({ place, problems: [] }, options, options.root ?? '/');
  }
  refuseForSources(options);
  if (options.as === 'image') {
    const { openImageGuests } = await import('#cli/open-image-guest');
    return { place: openImageGuests(words), problems: [] };
  }
  const { recognized, problems } = await recognizeAll(words, options);
  const place = recognized.find(({ kind }) => kind !== 'xml');
  if (place === undefined) {
    const opened = await openXml(recognized, options);
    return { ...opened, problems: [...problems, ...opened.problems] };
  }
  if (words.length > 1)
    throw usageError(`${words.join(' ')}: one bundle or folder at a time, or any number of XML files`);
  if (options.root !== undefined) throw usageError(`--root goes with this machine, not with ${place.path}`);
  if (place.kind === 'root') {
    const { schemaRootOf } = await import('#cli/validate-domains');
    return validated({ place: openRoot(place.path), problems }, options, schemaRootOf(place.path));
  }
  const { openBundle } = await import('#cli/open-bundle');
  return validated({ place: await openBundle(place), problems }, options, '/');
}

/** What only this machine can be asked for is not passed over in silence. */
function refuseForSources({ connect, root, sampleMs, isValidating, guestAgent }: OpenOptions): void {
  const wrong =
    connect !== undefined
      ? '--connect'
      : sampleMs !== undefined
        ? '--sample'
        : guestAgent === true
          ? '--guest-agent'
          : root !== undefined && isValidating !== true
            ? '--root'
            : undefined;
  if (wrong !== undefined) throw usageError(`${wrong} goes with this machine, not with a SOURCE`);
}

/** Recognizes each SOURCE. Among several, one that cannot be read does not hide the others. */
async function recognizeAll(
  words: readonly string[],
  { as }: OpenOptions,
): Promise<{ readonly recognized: readonly RecognizedSource[]; readonly problems: readonly ReadProblem[] }> {
  const recognized: RecognizedSource[] = [];
  const problems: ReadProblem[] = [];
  // nothing is gained by reading a file twice, and standard input can be read only once
  for (const word of new Set(words)) {
    try {
      recognized.push(await recognizeSource(word, as, words.length > 1));
    } catch (error) {
      if (!(error instanceof RequestError) || error.exitCode !== exitCodes.input) throw error;
      problems.push({ message: error.message, doThis: error.doThis });
    }
  }
  if (recognized.length === 0) throw inputErrors(problems);
  return { recognized, problems };
}

async function openXml(recognized: readonly RecognizedSource[], options: OpenOptions): Promise<Opened> {
  const { place, problems, domains } = await openDocuments(recognized);
  if (options.isValidating !== true) return { place, problems };
  const { validateDomains } = await import('#cli/validate-domains');
  return { place, problems: [...problems, ...(await validateDomains(domains, options.root ?? '/'))] };
}

/** With `--validate` also the definitions that libvirt has stored are held against the schemas. */
async function validated(opened: Opened, options: OpenOptions, schemaRoot: string): Promise<Opened> {
  if (options.isValidating !== true) return opened;
  const { validateDefinitions } = await import('#cli/validate-domains');
  const found = await validateDefinitions(storedDefinitions(opened.place.sources), schemaRoot);
  return { ...opened, problems: [...opened.problems, ...found] };
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
