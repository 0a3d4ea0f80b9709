import { openDocuments } from '#cli/open-documents';
import { openLocal } from '#cli/open-local';
import { type RecognizedSource, recognizeSource } from '#cli/recognize-source';
import { usageError } from '#cli/request-error';
import { collectMachine } from '#collect/machine';
import { unknown } from '#model/known';
import type { Machine } from '#model/machine';
import { noCommands } from '#transport/commands';
import { localTree } from '#transport/local-tree';

/** How a place is to be opened. */
export interface OpenOptions {
  readonly connect?: string;
  readonly root?: string;
  readonly as?: string;
  readonly readOnly?: boolean;
  readonly run?: boolean;
  readonly sampleMs?: number | undefined;
  readonly isValidating?: boolean;
  readonly quiet?: boolean;
}

/** Something of the input that could not be read while the rest was. */
export interface ReadProblem {
  readonly message: string;
  readonly doThis?: string | undefined;
}

/** A machine, and what of the input could not be read. */
export interface Opened {
  readonly machine: Machine;
  readonly problems: readonly ReadProblem[];
}

/** Takes SOURCE words and options; reads the place. No word: this machine. */
export async function openMachine(words: readonly string[], options: OpenOptions): Promise<Opened> {
  if (words.length === 0) return withoutProblems((await openLocal(options)).machine);
  const recognized = words.map(word => recognizeSource(word, options.as, words.length > 1));
  const isXml = ({ kind }: RecognizedSource): boolean => kind === 'xml' || kind === 'stdin';
  const places = recognized.filter(one => !isXml(one));
  const [place] = places;
  if (place === undefined) return openXml(recognized, options);
  if (recognized.length > 1)
    throw usageError(`${words.join(' ')}: one bundle or folder at a time, or any number of XML files`);
  if (options.connect !== undefined) throw usageError(`--connect goes with this machine, not with ${place.path}`);
  if (place.kind === 'root') return withoutProblems(openRoot(place.path));
  const { openBundle } = await import('#cli/open-bundle');
  return withoutProblems(await openBundle(place));
}

async function openXml(recognized: readonly RecognizedSource[], options: OpenOptions): Promise<Opened> {
  const documents = openDocuments(recognized.map(({ path }) => path));
  if (options.isValidating !== true) return documents;
  const { validateDomains } = await import('#cli/validate-domains');
  return {
    machine: documents.machine,
    problems: [...documents.problems, ...(await validateDomains(documents.domains, options.root ?? '/'))],
  };
}

/** A folder laid out like a root holds what somebody thought worth keeping: what is not in it may be on the machine. */
function openRoot(path: string): Machine {
  const sources = {
    files: localTree(path, { missing: 'not-captured' }),
    libvirt: unknown('a folder has no libvirt to ask', 'nearmetal collect on the host keeps its answers'),
    commands: noCommands,
  };
  return collectMachine({ source: path, extent: 'host', sources });
}

const withoutProblems = (machine: Machine): Opened => ({ machine, problems: [] });
