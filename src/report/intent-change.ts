import { listNames } from '#check/list-names';
import { printable } from '#report/printable';

/** A change of what a guest is for. */
export interface IntentChange {
  readonly guest: string;
  /** Where it is written: `the stored definition`, a file. */
  readonly where: readonly string[];
  /** What nearmetal's own element said; undefined: there was none. */
  readonly before: readonly string[] | undefined;
  /** What elements of others say, which stay. */
  readonly others: readonly string[];
  /** Undefined: the element is taken away. */
  readonly after: readonly string[] | undefined;
  /** The command that takes it back. */
  readonly undo: string;
  readonly isSame: boolean;
}

/** How a change ended. */
export type ChangeResult = 'written' | 'nothing-to-do' | 'not-written' | 'not-holding';

const words = (intents: readonly string[] | undefined): string =>
  intents === undefined || intents.length === 0 ? 'nothing said' : intents.join(', ');

/** Gives what is about to be done, for a person to agree to. `copies`: where the copy goes. */
export function planText({ guest, where, before, others, after }: IntentChange, copies: string): string {
  const lines = [
    printable(guest),
    `  is for   ${printable(words(before))}`,
    `  will be  ${words(after)}`,
    `  written  ${printable(where.join(', '))}; nothing else in it changes, the guest notices nothing`,
    `  copy     of what is there, kept ${copies.startsWith('beside') ? printable(copies) : `in ${printable(copies)}`}`,
  ];
  if (others.length > 0)
    lines.push(`  beside   ${printable(others.join(', '))}, which others have said and which stays`);
  return `${lines.join('\n')}\n`;
}

/** Gives what was done, for a person, and how to take it back. */
export function intentChangeText(change: IntentChange, result: ChangeResult, copy?: string): string {
  const { guest, where, before, after, undo } = change;
  const name = printable(guest);
  const kept = copy === undefined ? '' : `copy of what was there: ${printable(copy)}\n`;
  switch (result) {
    case 'nothing-to-do':
      return `${name}: ${words(after)}, as it is; nothing to do\n`;
    case 'not-written':
      return `${name}: ${printable(words(before))}; nothing was written\n`;
    case 'not-holding':
      return `${name}: written to ${printable(listNames(where))}, and does not read back as it was written\n${kept}`;
    case 'written':
      return `${name}: ${after === undefined ? 'nothing is said of what it is for any more' : `for ${words(after)} now`}, read back\n${kept}take it back: ${printable(undo)}\n`;
  }
}

/** The same as plain JSON values. */
export const intentChangeJson = (
  { guest, where, before, others, after, undo }: IntentChange,
  result: ChangeResult,
  copy?: string,
): object => ({
  guest,
  where,
  before: before ?? null,
  others,
  after: after ?? null,
  result,
  ...(copy === undefined ? {} : { copy }),
  ...(result === 'written' ? { undo } : {}),
});
