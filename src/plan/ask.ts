import type { Change } from '#change/change';
import type { Found } from '#check/conflict';
import { severities } from '#check/verdict';

/** What a finding asks of the plan. */
export interface Ask {
  readonly found: Found;
  /** Changes to be made for it, in its own order. */
  readonly changes: readonly Change[];
  /** What is left of it to a person, in sentences. */
  readonly byHand: readonly string[];
  /** All of its changes or none: a guest on huge pages without the pool does not start. */
  readonly isWhole: boolean;
}

/** Gives the ask without its changes: a person does all of it. */
export const leftToPerson = (ask: Ask, why: string): Ask => ({ ...ask, changes: [], byHand: [why, ...ask.byHand] });

/** Gives findings in the one order that a plan takes them in, whatever order they come in: the gravest first. */
export const inOrder = (found: readonly Found[]): readonly Found[] =>
  [...found].sort(
    (a, b) =>
      severities.indexOf(a.severity) - severities.indexOf(b.severity) ||
      compare(a.rule.id, b.rule.id) ||
      compare(subjectKey(a), subjectKey(b)),
  );

const compare = (one: string, other: string): number => (one < other ? -1 : one > other ? 1 : 0);

const subjectKey = ({ subject }: Found): string =>
  [subject.guest, subject.kind, subject.name, subject.uuid, subject.guestUuid, subject.source, subject.twin]
    .map(part => part ?? '')
    .join('\n');

/** Names what a finding is about: `host`, `guest web01`, `disk vda of web01`. */
export function subjectWords({ subject }: Pick<Found, 'subject'>): string {
  const { kind, name, guest } = subject;
  if (kind === 'host') return 'host';
  const what = kind === 'nic' ? 'interface' : kind;
  return guest === undefined || kind === 'guest' ? `${what} ${name}` : `${what} ${name} of ${guest}`;
}
