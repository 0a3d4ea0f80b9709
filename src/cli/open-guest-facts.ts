import { existsSync, statSync } from 'node:fs';
import { basename } from 'node:path';
import { nearest } from '#cli/nearest';
import { readInput } from '#cli/read-input';
import { type RecognizedSource, recognizeSource } from '#cli/recognize-source';
import { inputError, usageError } from '#cli/request-error';
import { guests } from '#collect/guests';
import { insideOfFacts } from '#collect/inside/facts-file';
import type { InsideGuests, InsideSource } from '#collect/inside/inside-guests';
import type { Place } from '#collect/machine';
import { bundleLimits } from '#formats/bundle/own/bundle-limits';
import { FactsError, isGuestFacts, mostFactsBytes, parseGuestFacts } from '#formats/guest-facts/parse-guest-facts';
import { identityPaths } from '#formats/guest-facts/print-guest-script';
import type { Guest } from '#model/guest';
import { type Unknown, valueIfKnown } from '#model/known';
import type { Commands } from '#transport/commands';
import { localTree } from '#transport/local-tree';

/**
 * Takes words of `--guest-facts`, `GUEST=FILE` or FILE alone; gives the place with what the files say of its guests, before what an agent
 * said. A file is what the script of `sources --guest-script` printed, or a bundle or a root tree from inside the guest. A file that stands
 * alone names its guest by the UUID of its firmware, or by its host name.
 */
export async function withGuestFacts(place: Place, words: readonly string[]): Promise<Place> {
  if (words.length === 0) return place;
  const there = place.documents ?? valueIfKnown(guests.read(place.sources)) ?? [];
  const all = new Map<string, InsideSource | Unknown>(place.sources.inside?.guests);
  const taken = new Map<string, string>();
  for (const word of words) {
    const { guest, path } = split(word);
    const source = await openFacts(path);
    const found = guest === undefined ? guestOfFacts(source, there, path) : namedGuest(guest, there);
    const before = taken.get(found.name);
    if (before !== undefined)
      throw usageError(`${before} and ${path} are both of ${found.name}`, 'one facts file for each guest');
    taken.set(found.name, path);
    all.set(valueIfKnown(found.uuid)?.toLowerCase() ?? found.name, source);
  }
  const inside: InsideGuests = { guests: all };
  return { ...place, sources: { ...place.sources, inside } };
}

/** A path may hold an equals sign, too: what is there under the whole word is meant. */
function split(word: string): { readonly guest: string | undefined; readonly path: string } {
  const equals = word.indexOf('=');
  if (equals < 0 || existsSync(word)) return { guest: undefined, path: word };
  const [guest, path] = [word.slice(0, equals), word.slice(equals + 1)];
  if (guest === '' || path === '') throw usageError(`"${word}" is no GUEST=FILE`, '--guest-facts db01=db01.facts');
  return { guest, path };
}

async function openFacts(path: string): Promise<InsideSource> {
  const name = basename(path);
  const recognized = isFolder(path) ? await recognizeSource(path, undefined) : await openFile(path);
  if ('by' in recognized) return recognized;
  const by = `facts of ${name}`;
  if (recognized.kind === 'root') {
    const commands: Commands = {
      output: () => ({ outcome: 'not-captured', reason: 'a folder has no commands to run' }),
    };
    return { by, files: localTree(recognized.path, { missing: 'not-captured' }), commands };
  }
  const { openBundle } = await import('#cli/open-bundle');
  const { sources } = await openBundle(recognized);
  return { by, files: sources.files, commands: sources.commands };
}

const isFolder = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;

/** A file is read once: it may be a pipe from the guest itself. */
async function openFile(path: string): Promise<InsideSource | RecognizedSource> {
  const content = await readInput(path, head => (isGuestFacts(head) ? mostFactsBytes : bundleLimits.bytes));
  if (content[0] === 0x1f && content[1] === 0x8b) return { kind: 'bundle-archive', path, content };
  try {
    return insideOfFacts(parseGuestFacts(content), basename(path));
  } catch (error) {
    if (!(error instanceof FactsError)) throw error;
    throw inputError(
      `${path} is no facts file: ${error.message}`,
      'nearmetal sources --guest-script linux prints the script that makes one',
    );
  }
}

function namedGuest(word: string, there: readonly Guest[]): Guest {
  const found =
    there.find(({ name }) => name === word) ??
    there.find(({ uuid }) => valueIfKnown(uuid)?.toLowerCase() === word.toLowerCase());
  if (found !== undefined) return found;
  const names = there.map(({ name }) => name);
  const near = nearest(word, names);
  throw inputError(
    `--guest-facts: there is no guest called "${word}"`,
    names.length === 0
      ? 'there are no guests at all'
      : `${near === undefined ? 'guests are' : 'did you mean'} ${near ?? names.slice(0, 12).join(', ')}`,
  );
}

function guestOfFacts({ files }: InsideSource, there: readonly Guest[], path: string): Guest {
  const [uuid, ...names] = identityPaths.map(one => {
    const text = files.read(one);
    return text.outcome === 'ok' ? text.value.trim().toLowerCase() : undefined;
  });
  const found =
    there.find(guest => uuid !== undefined && valueIfKnown(guest.uuid)?.toLowerCase() === uuid) ??
    there.find(({ name }) => names.some(said => said !== undefined && said.split('.', 1)[0] === name.toLowerCase()));
  if (found === undefined)
    throw usageError(`${path} does not tell which guest it is of`, `say it: --guest-facts GUEST=${path}`);
  return found;
}
