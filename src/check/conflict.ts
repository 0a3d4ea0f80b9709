import type { Outcome } from '#check/outcome';
import type { Intent } from '#wishes/intent';

/** A finding: what a rule recommends to change. */
export type Found = Extract<Outcome, { readonly outcome: 'bad' }>;

/** One of two practices that do not go together. */
export interface Practice {
  /** What it is, so that it can follow “instead of”: `huge pages under a guest`. */
  readonly is: string;
  /** Rules that recommend it. None: no rule does, and the pair is settled elsewhere. */
  readonly rules: readonly string[];
  /** What following it gains, which is what is lost without it. */
  readonly gains: string;
  /** Which findings of these rules ask for it, where not all do. */
  readonly asks?: (found: Found) => boolean;
}

/**
 * Two practices that do not go together on one subject, and how that is decided.
 *
 * - `excludes`: only one can be followed; the other's finding gives way to it.
 * - `covers`: following the first does what the second asks for, or leaves nothing of it to do; the second is not said as well.
 * - `joins`: as `covers`, and the changes of the second go into the finding of the first.
 * - `precedes`: both can be followed, the first first.
 */
export interface Conflict {
  /** Number of the pair in the list of conflicts; pairs beyond that list count on from 27. */
  readonly pair: number;
  readonly kind: 'excludes' | 'covers' | 'joins' | 'precedes';
  readonly between: readonly [Practice, Practice];
  /** Why they do not go together. */
  readonly why: string;
  /** Set where each practice is about single disks: findings on a guest meet where they name the same disk, and what they say of others stays. */
  readonly on?: 'disk';
  /** The first of these intents that the subject has decides for the practice of that place. */
  readonly by?: readonly (readonly [intent: Intent, wins: 0 | 1])[];
  /** Whose intents are asked where a finding of a host meets one of a guest: the guest's unless told otherwise. */
  readonly asked?: 'guest' | 'host';
  /** The practice that holds where no intent decides. */
  readonly otherwise: 0 | 1;
  /** Where a rule, its scope or its parameters settle the pair before there are two findings: how. */
  readonly settled?: string;
}

/** Where two findings meet: about one host, or about one guest, or one device of it; a finding of the host meets those of the guests that it is about. */
export function doMeet(one: Found, other: Found, { on }: Pick<Conflict, 'on'> = {}): boolean {
  if (one.subject.source !== other.subject.source && isOfHost(one) && isOfHost(other)) return false;
  if (isOfHost(one) || isOfHost(other)) {
    const [host, guest] = isOfHost(one) ? [one, other] : [other, one];
    const name = guestOf(guest);
    return name === undefined || host.finding.guests === undefined || host.finding.guests.includes(name);
  }
  const isSameGuest = guestOf(one) === guestOf(other) && uuidOf(one) === uuidOf(other);
  const isDevice = one.subject.kind === other.subject.kind && one.subject.kind !== 'guest';
  if (!isSameGuest || (isDevice && one.subject.name !== other.subject.name)) return false;
  return on === undefined || haveSharedDisk(disksOf(one), disksOf(other));
}

/** The disks that a finding names, by target; undefined: it is about the guest as a whole. */
export const disksOf = ({ subject, finding: { parts } }: Found): readonly string[] | undefined =>
  subject.kind === 'disk' ? [subject.name] : parts?.map(({ key }) => key);

const haveSharedDisk = (ones: readonly string[] | undefined, others: readonly string[] | undefined): boolean =>
  ones === undefined || others === undefined || ones.some(disk => others.includes(disk));

/** Whether a finding is about the host or something that is no guest's. */
export const isOfHost = ({ subject }: Found): boolean => subject.kind !== 'guest' && subject.guest === undefined;

/** The guest that a finding is about. */
export const guestOf = ({ subject }: Found): string | undefined =>
  subject.kind === 'guest' ? subject.name : subject.guest;

const uuidOf = ({ subject }: Found): string | undefined =>
  subject.kind === 'guest' ? subject.uuid : subject.guestUuid;

/** Whether a finding asks for a practice. */
export const isAsking = (found: Found, practice: Practice): boolean =>
  practice.rules.includes(found.rule.id) && (practice.asks === undefined || practice.asks(found));
