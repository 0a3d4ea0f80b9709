import type { Action } from '#apply/action';
import { type Original, originalOf } from '#apply/original-of';
import type { ChangeStory } from '#apply/run-story';
import { sha256 } from '#apply/sha256';
import type { Target } from '#apply/target';
import type { DomainPart } from '#change/domain/domain-part';
import type { Step } from '#change/step';
import type { WritableTree } from '#transport/writable-tree';

/** How a change is taken back, and what somebody else has changed in the same places, which stays. */
export interface WayBack {
  readonly actions: readonly Action[];
  /** Files that hold something of somebody else now. */
  readonly foreign: readonly string[];
}

/**
 * Takes what was done for a change, the steps by which its kind would take it back, and the folders that the run made. Where a file still
 * holds exactly what we wrote, the step is replaced by putting back what the ledger holds; a definition is put back by `restoreGuest`, which
 * looks for itself. Throws as Node's fs does.
 */
export function undoActions(
  { files }: Pick<Target, 'files'>,
  { steps: done }: Pick<ChangeStory, 'steps'>,
  steps: readonly Step[],
  folders: readonly string[],
): WayBack {
  const originals = originalsOf(files, done);
  const used = new Set<string>();
  const changed = steps.flatMap((step): readonly Action[] => {
    if (step.do === 'define-guest') {
      used.add(`guest ${step.guest}`);
      return [definitionBack(done, step) ?? step];
    }
    const original = step.do === 'write-file' ? originals.get(step.path) : undefined;
    if (step.do !== 'write-file' || original === undefined || original.way === 'foreign') return [step];
    if (used.has(step.path)) return [];
    used.add(step.path);
    return restoring(step.path, original);
  });
  const left = [...originals].flatMap(([path, original]) => (used.has(path) ? [] : restoring(path, original)));
  const guests = [...new Set(done.flatMap(({ does, on }) => (isDefinition(does) ? [on] : [])))].flatMap(guest =>
    used.has(`guest ${guest}`) ? [] : (definitionBack(done, { guest, parts: [] }) ?? []),
  );
  const made = folders.filter(folder => done.some(({ on }) => on.startsWith(`${folder}/`)));
  return {
    actions: [
      ...left,
      ...guests,
      ...changed,
      ...made.toReversed().map(path => ({ do: 'remove-folder', path }) as const),
    ],
    foreign: [...originals].flatMap(([path, { way }]) => (way === 'foreign' ? [path] : [])),
  };
}

function originalsOf(files: WritableTree, done: ChangeStory['steps']): ReadonlyMap<string, Original> {
  const originals = new Map<string, Original>();
  for (const { does, on } of done) {
    if (does !== 'write-file' && does !== 'restore-file') continue;
    const stored = files.load(on);
    originals.set(on, originalOf(writingsTo(done, on), stored === undefined ? null : sha256(stored.bytes)));
  }
  return originals;
}

const writingsTo = (steps: ChangeStory['steps'], on: string): ChangeStory['steps'] =>
  steps.filter(step => step.on === on && step.from !== undefined);

function restoring(path: string, original: Original): readonly Action[] {
  if (original.way !== 'restore') return [];
  const { object, rights } = original;
  return [{ do: 'restore-file', path, object, ...(rights !== undefined && { rights }) }];
}

const isDefinition = (does: ChangeStory['steps'][number]['does']): boolean =>
  does === 'define-guest' || does === 'restore-guest';

/** Puts back the definition that the first attempt found; undefined where there was no attempt. */
function definitionBack(
  done: ChangeStory['steps'],
  { guest, parts }: { readonly guest: string; readonly parts: readonly DomainPart[] },
): Action | undefined {
  const ours = done.filter(({ does, on }) => on === guest && isDefinition(does));
  const object = ours[0]?.from;
  if (object === undefined || object === null) return undefined;
  // where an attempt found another definition than the one before, somebody else may have been at it in between
  const isAlone = ours.every(({ from }) => from === object);
  return { do: 'restore-guest', guest, object, hash: isAlone ? (ours.at(-1)?.reads ?? undefined) : undefined, parts };
}
