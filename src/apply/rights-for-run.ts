import type { Surveyed } from '#apply/survey-plan';
import type { Target } from '#apply/target';

/** The rights are not enough for all changes: nothing was changed. */
export class NoRights extends Error {
  override readonly name = 'NoRights';
  readonly doThis = 'run it as root: sudo nearmetal …';
  /** Paths and programs. */
  readonly places: readonly string[];
  constructor(places: readonly string[]) {
    const more = places.length > 4 ? ` and ${places.length - 3} more` : '';
    const told = places.length > 4 ? places.slice(0, 3) : places;
    super(`no right to write to ${told.join(', ')}${more}; nothing was changed`);
    this.places = places;
  }
}

const writes: ReadonlySet<string> = new Set(['write-file', 'write-knob', 'build-file', 'place-file']);

/** Throws NoRights where some of the files and knobs that are to be written may not be. */
export function refuseWithoutRights(
  { files, isLive }: Pick<Target, 'files' | 'isLive'>,
  changes: readonly Surveyed[],
): void {
  const places = changes.flatMap(one =>
    one.stands !== 'to-do'
      ? []
      : one.steps.flatMap(step => {
          if (step.do === 'write-knob' && !isLive) return [];
          return writes.has(step.do) && 'path' in step ? [step.path] : [];
        }),
  );
  const lacking = [...new Set(places)].filter(path => !files.mayWrite(path));
  if (lacking.length > 0) throw new NoRights(lacking);
}
