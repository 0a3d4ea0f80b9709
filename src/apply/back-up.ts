import type { Journal } from '#apply/journal';
import type { Content, Saved } from '#apply/journal-record';
import { knobContent } from '#apply/knob-content';
import type { Ledger } from '#apply/ledger';
import { guestsOf } from '#apply/life-of';
import { observeGuest } from '#apply/observe-guest';
import type { Surveyed } from '#apply/survey-plan';
import type { Target } from '#apply/target';
import { canonicalJson } from '#change/canonical-json';
import { nvramPath } from '#formats/domain-xml/domain-hash';

/** A change that is going to be made. */
type ToDo = Extract<Surveyed, { readonly stands: 'to-do' }>;

/** What is to be kept before the first change: content, and where it belongs. */
export interface Keepsake {
  readonly saved: (object: Content) => Saved;
  /** Undefined: nothing stood there. */
  readonly content: string | Uint8Array | undefined;
}

/**
 * Gathers what stands wherever the changes are going to write: files with their rights (those that a program is told to write, too), knobs,
 * units, both definitions of guests with their secrets, and their firmware variables. Nothing is written. Rejects as libvirt does; throws as
 * Node's fs does.
 */
export async function gatherKeepsakes(target: Target, changes: readonly ToDo[]): Promise<readonly Keepsake[]> {
  const found = new Map<string, Keepsake>();
  const add = (key: string, make: () => Keepsake): void => {
    if (!found.has(key)) found.set(key, make());
  };
  const addFile = (path: string, guest?: string): void =>
    add(`file ${path}`, () => {
      const stored = target.files.load(path);
      const rights = stored === undefined ? {} : { mode: stored.mode, uid: stored.uid, gid: stored.gid };
      const of = guest === undefined ? {} : { guest };
      return { saved: object => ({ what: 'file', path, object, ...rights, ...of }), content: stored?.bytes };
    });
  for (const { planned, seen, steps } of changes) {
    for (const step of steps) {
      if (step.do === 'write-file') addFile(step.path);
      if (step.do === 'write-knob' && target.isLive)
        add(`knob ${step.path}`, () => ({
          saved: object => ({ what: 'knob', path: step.path, object }),
          content: knobContent(target.files, step.path),
        }));
      if (step.do === 'run') for (const path of writtenBy(target, step.argv)) addFile(path);
    }
    for (const look of seen.looks)
      if (look.look === 'unit')
        add(`unit ${look.name}`, () => ({
          saved: object => ({ what: 'unit', name: look.name, object }),
          content: canonicalJson(seen.unit(look.name)),
        }));
    for (const guest of target.libvirt === undefined ? [] : guestsOf(planned.change, seen)) {
      if (found.has(`guest ${guest} stored`)) continue;
      for (const half of ['stored', 'running'] as const) {
        const content = await observeGuest(target, guest, half);
        add(`guest ${guest} ${half}`, () => ({ saved: object => ({ what: 'guest', guest, half, object }), content }));
        const variables = content === undefined ? undefined : nvramPath(content, guest);
        if (variables !== undefined && isRegular(target, variables)) addFile(variables, guest);
      }
    }
  }
  return [...found.values()];
}

/** Keeps what was gathered, and puts it into the journal. */
export function keep({ objects }: Ledger, journal: Journal, keepsakes: readonly Keepsake[]): void {
  for (const { saved, content } of keepsakes) {
    journal.append({ record: 'backup', saved: saved(content === undefined ? null : objects.keep(content)) });
  }
}

/** Files that a program is named with and that are there: `grub2-mkconfig -o /boot/grub2/grub.cfg`. Programs themselves are none. */
const writtenBy = (target: Target, [, ...words]: readonly string[]): readonly string[] =>
  words.flatMap(word => {
    const path = /^(?:--?[\w-]+=)?(\/[^\s]+)$/.exec(word)?.[1];
    return path !== undefined && !/^\/(?:proc|sys|dev)\//.test(path) && isRegular(target, path) ? [path] : [];
  });

function isRegular({ files }: Target, path: string): boolean {
  try {
    return files.load(path) !== undefined;
  } catch {
    return false;
  }
}
