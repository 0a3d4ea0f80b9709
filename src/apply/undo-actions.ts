import type { Action } from '#apply/action';
import { observeGuest } from '#apply/observe-guest';
import { type Original, originalOf } from '#apply/original-of';
import type { ChangeStory } from '#apply/run-story';
import { sha256 } from '#apply/sha256';
import type { Target } from '#apply/target';
import type { Step } from '#change/step';

/** How a change is taken back, and what somebody else has changed in the same places, which stays. */
export interface WayBack {
  readonly actions: readonly Action[];
  /** Files and guests that hold something of somebody else now. */
  readonly foreign: readonly string[];
}

/**
 * Takes what was done for a change, the steps by which its kind would take it back, and the folders that the run made. Where a file or a
 * definition still holds exactly what we wrote, the step is replaced by putting back what the ledger holds. Rejects as libvirt does.
 */
export async function undoActions(
  target: Target,
  { steps: done }: ChangeStory,
  steps: readonly Step[],
  folders: readonly string[],
): Promise<WayBack> {
  const originals = new Map<string, Original>();
  for (const { does, on } of done) {
    if (does === 'write-file' || does === 'restore-file') {
      const stored = target.files.load(on);
      originals.set(`file ${on}`, originalOf(writingsTo(done, on), stored === undefined ? null : sha256(stored.bytes)));
    }
    if ((does === 'define-guest' || does === 'restore-guest') && target.libvirt !== undefined) {
      const xml = await observeGuest(target, on, 'stored');
      originals.set(`guest ${on}`, originalOf(writingsTo(done, on), xml === undefined ? null : sha256(xml)));
    }
  }
  const used = new Set<string>();
  const changed = steps.flatMap((step): readonly Action[] => {
    const place =
      step.do === 'write-file' ? `file ${step.path}` : step.do === 'define-guest' ? `guest ${step.guest}` : '';
    const original = originals.get(place);
    if (original === undefined || original.way === 'foreign') return [step];
    if (used.has(place)) return [];
    used.add(place);
    return restoring(place, original);
  });
  const left = [...originals].flatMap(([place, original]) =>
    used.has(place) || original.way === 'foreign' ? [] : restoring(place, original),
  );
  const made = folders.filter(folder => done.some(({ on }) => on.startsWith(`${folder}/`)));
  return {
    actions: [...left, ...changed, ...made.toReversed().map(path => ({ do: 'remove-folder', path }) as const)],
    foreign: [...originals].flatMap(([place, { way }]) =>
      way === 'foreign' ? [place.slice(place.indexOf(' ') + 1)] : [],
    ),
  };
}

const writingsTo = (steps: ChangeStory['steps'], on: string): ChangeStory['steps'] =>
  steps.filter(step => step.on === on && step.from !== undefined);

function restoring(place: string, original: Original): readonly Action[] {
  if (original.way !== 'restore') return [];
  const name = place.slice(place.indexOf(' ') + 1);
  const { object, rights } = original;
  if (place.startsWith('file '))
    return [{ do: 'restore-file', path: name, object, ...(rights !== undefined && { rights }) }];
  return object === null ? [] : [{ do: 'restore-guest', guest: name, object }];
}
