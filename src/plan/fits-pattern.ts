import type { Change } from '#change/change';
import type { ChangePattern } from '#check/change-order';
import { partsOf } from '#plan/change-parts';
import { stateWords } from '#plan/state-words';

/** Whether a change is one of those that a pattern means. */
export function fitsPattern(change: Change, { kinds, on, path, content }: ChangePattern): boolean {
  if (!kinds.includes(change.kind) || on?.test(change.on) === false) return false;
  if (path === undefined) return content === undefined || content.test(stateWords(change.after));
  return partsOf(change.after).some(
    part => path.test(part.path) && (content === undefined || content.test(`${part.path} ${part.content ?? ''}`)),
  );
}
