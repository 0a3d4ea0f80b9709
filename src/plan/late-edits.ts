import type { Change } from '#change/change';
import type { ChangeNeed, ChangeOrder } from '#check/change-order';
import { guestOfChange } from '#plan/blocked-guests';
import { epochOf } from '#plan/epoch';
import { fitsPattern } from '#plan/fits-pattern';
import { pageSizesOf } from '#plan/page-sizes';
import type { Epoch } from '#plan/plan';
import type { Sight } from '#plan/sight';

/** A change, and when it is in force. */
export interface Timed {
  readonly change: Change;
  readonly epoch: Epoch;
}

/**
 * Whether `second` waits for the effect of `first`, by a need that both fit: not where another change brings the same at once, and `first`
 * only keeps it.
 */
export function isAwaited(
  need: ChangeNeed,
  first: Timed,
  second: Change,
  all: readonly Timed[],
  { needs }: ChangeOrder,
): boolean {
  if (!need.waits || first.epoch === 'at-once' || !isSameSize(need, first.change, second)) return false;
  return !needs.some(
    other =>
      other.why === need.why &&
      all.some(
        one => one.epoch === 'at-once' && fitsPattern(one.change, other.first) && isSameSize(other, one.change, second),
      ),
  );
}

/** The default size may be any. */
export function isSameSize({ isBySize }: ChangeNeed, first: Change, second: Change): boolean {
  if (isBySize !== true) return true;
  const [ones, others] = [pageSizesOf(first), pageSizesOf(second)];
  return ones.some(one => others.some(other => one === undefined || other === undefined || one === other));
}

/** Takes all changes that are asked for; gives which edits of guests wait for another of them: the others are not held up by them. */
export function lateEdits(changes: readonly Change[], order: ChangeOrder, sight: Sight): (edit: Change) => boolean {
  const isEdit = (change: Change): boolean => guestOfChange(change) !== undefined;
  const firsts = changes
    .filter(change => !isEdit(change))
    .map(change => ({ change, epoch: epochOf(change, changes, sight, () => false) }));
  return edit =>
    isEdit(edit) &&
    order.needs.some(
      need =>
        need.waits &&
        fitsPattern(edit, need.second) &&
        firsts.some(first => fitsPattern(first.change, need.first) && isAwaited(need, first, edit, firsts, order)),
    );
}
