import type { Saved } from '#apply/journal-record';
import type { RunStory } from '#apply/run-story';

/** One copy of the ledger, and where it belongs. */
export interface KeptCopy {
  readonly object: string;
  readonly run: string;
  readonly saved: Saved;
}

/** What a copy is of, in words. */
export function savedWords(saved: Saved): string {
  switch (saved.what) {
    case 'file':
      return saved.guest === undefined
        ? `file ${saved.path}`
        : `file ${saved.path} (firmware variables of ${saved.guest})`;
    case 'knob':
      return `knob ${saved.path}`;
    case 'unit':
      return `unit ${saved.name}`;
    case 'guest':
      return `guest ${saved.guest}, ${saved.half === 'stored' ? 'its definition' : 'as it ran'}`;
  }
}

/** All copies of a run, those of its backup and those from before single steps, each once. */
export function copiesOf({ run, saved, changes }: RunStory): readonly KeptCopy[] {
  const found = new Map<string, KeptCopy>();
  const add = (one: Saved): void => {
    if (one.object !== null) found.set(`${one.object} ${savedWords(one)}`, { object: one.object, run, saved: one });
  };
  for (const one of saved) add(one);
  for (const { steps } of changes)
    for (const { does, on, from, fromRights } of steps) {
      if (from === undefined || from === null) continue;
      if (does === 'write-file' || does === 'restore-file')
        add({ what: 'file', path: on, object: from, ...fromRights });
      if (does === 'write-knob') add({ what: 'knob', path: on, object: from });
      if (does === 'define-guest' || does === 'restore-guest')
        add({ what: 'guest', guest: on, half: 'stored', object: from });
    }
  return [...found.values()];
}
