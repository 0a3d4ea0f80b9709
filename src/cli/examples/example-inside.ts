import type { ExampleGuest } from '#check/example';
import { referenceInside } from '#check/reference/reference-inside';
import type { InsideGuests, InsideSource } from '#collect/inside/inside-guests';
import type { Commands } from '#transport/commands';
import { type MemoryEntry, memoryTree } from '#transport/memory-tree';

/** Takes the guests of an example and their UUIDs; gives what they say of themselves: the reference guest with the example's differences. */
export function exampleInside(
  guests: readonly ExampleGuest[],
  uuidOf: (guest: ExampleGuest, at: number) => string,
): InsideGuests {
  return {
    guests: new Map(
      guests.flatMap((guest, at): [string, InsideSource][] =>
        guest.inside === undefined ? [] : [[uuidOf(guest, at), sourceOf(guest.inside)]],
      ),
    ),
  };
}

function sourceOf(differences: NonNullable<ExampleGuest['inside']>): InsideSource {
  const entries = new Map<string, MemoryEntry>();
  const outputs = new Map<string, string>();
  for (const [path, text] of Object.entries({ ...referenceInside, ...differences })) {
    if (!path.startsWith('/')) outputs.set(path, text ?? '');
    else if (text === null) entries.set(path, { kind: 'absent' });
    else if (text === 'denied') entries.set(path, { kind: 'denied', reason: 'EACCES' });
    else entries.set(path, { kind: 'file', text: text.endsWith('\n') || text === '' ? text : `${text}\n` });
  }
  const commands: Commands = {
    output(argv) {
      const text = outputs.get(argv.join(' '));
      if (text !== undefined) return text === '' ? { outcome: 'absent' } : { outcome: 'ok', value: text };
      return { outcome: 'not-captured', reason: `the agent was not asked for ${argv.join(' ')}` };
    },
  };
  return { by: 'guest agent 8.2.2', files: memoryTree(entries, 'absent'), commands };
}
