/** Where in a text something stands; lines and columns count from 1. */
export interface Place {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** What was read, and where: the ground on which a fact stands. */
export interface Evidence {
  /** The source: a path, a libvirt call, a command, an element of a domain XML. */
  readonly from: string;
  /** The text read, shortened where it is long; never a secret. */
  readonly value: string;
  /** The place in a file that a person can open, where there is one. */
  readonly place?: Place | undefined;
}

/**
 * A fact in three states. `known`: read, with its evidence. `absent`: looked, and it is not there (no swap, no KSM in this kernel).
 * `unknown`: not read, why, and what would supply it. “Not looked at” never reads as “good”.
 */
export type Known<T> =
  | { readonly state: 'known'; readonly value: T; readonly evidence: readonly Evidence[] }
  | { readonly state: 'absent'; readonly evidence: readonly Evidence[] }
  | Unknown;

/** The third state on its own. */
export interface Unknown {
  readonly state: 'unknown';
  /** Why it was not read, as the end of “unknown: …”. */
  readonly reason: string;
  /** The command or the right that would supply it. */
  readonly remedy?: string | undefined;
}

/** Makes a known fact. */
export const known = <T>(value: T, ...evidence: readonly Evidence[]): Known<T> => ({ state: 'known', value, evidence });

/** Makes the fact that something is not there, with what was looked at. */
export const absent = (...evidence: readonly Evidence[]): Known<never> => ({ state: 'absent', evidence });

/** Makes a fact that was not read. */
export const unknown = (reason: string, remedy?: string): Unknown =>
  remedy === undefined ? { state: 'unknown', reason } : { state: 'unknown', reason, remedy };

/** Gives the value of a known fact, else undefined: for printing, and for choosing among ways; rules get their facts through `needs`. */
export const valueIfKnown = <T>(fact: Known<T>): T | undefined => (fact.state === 'known' ? fact.value : undefined);

/** Gives a fact computed from one fact; evidence is kept. */
export function mapKnown<T, U>(fact: Known<T>, compute: (value: T) => U): Known<U> {
  return fact.state === 'known' ? { state: 'known', value: compute(fact.value), evidence: fact.evidence } : fact;
}

/** Gives a fact that a computation on a known fact finds, absent and unknown included; the evidence of both is kept. */
export function chainKnown<T, U>(fact: Known<T>, compute: (value: T) => Known<U>): Known<U> {
  if (fact.state !== 'known') return fact;
  const next = compute(fact.value);
  return next.state === 'unknown' ? next : { ...next, evidence: [...fact.evidence, ...next.evidence] };
}

/** Gives the fact with absence as a value: absent becomes known, as undefined. For a rule that judges absence itself. */
export const orAbsent = <T>(fact: Known<T>): Known<T | undefined> =>
  fact.state === 'absent' ? { state: 'known', value: undefined, evidence: fact.evidence } : fact;

/** Gives the fact with any lack as a value: absent and unknown become known, as undefined. For a fact that only sharpens a verdict. */
export const ifKnown = <T>(fact: Known<T>): Known<T | undefined> =>
  fact.state === 'unknown' ? { state: 'known', value: undefined, evidence: [] } : orAbsent(fact);

/** Gives the fact itself as a value, whatever its state: for a fact that decides only some cases, so that the others need not wait for it. */
export const asFact = <T>(fact: Known<T>): Known<Known<T>> => ({
  state: 'known',
  value: fact,
  evidence: fact.state === 'unknown' ? [] : fact.evidence,
});

type Values<F extends Readonly<Record<string, Known<unknown>>>> = {
  readonly [K in keyof F]: F[K] extends Known<infer T> ? T : never;
};

/** First kind of joining: all are needed. Gives unknown where any is unknown (naming it), absent where any is absent, else all values. */
export function allKnown<F extends Readonly<Record<string, Known<unknown>>>>(facts: F): Known<Values<F>> {
  const evidence: Evidence[] = [];
  const values: Record<string, unknown> = {};
  let missing: Known<never> | undefined;
  for (const name in facts) {
    const fact = facts[name];
    if (fact === undefined) continue;
    if (fact.state === 'unknown') return fact;
    evidence.push(...fact.evidence);
    if (fact.state === 'absent') missing ??= fact;
    else values[name] = fact.value;
  }
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the loop above put in every name of F
  return missing ?? { state: 'known', value: values as Values<F>, evidence };
}

/** The same for a list: gives unknown where any is unknown, else the values of those that are not absent. */
export function listKnown<T>(facts: readonly Known<T>[]): Known<readonly T[]> {
  const values: T[] = [];
  const evidence: Evidence[] = [];
  for (const fact of facts) {
    if (fact.state === 'unknown') return fact;
    evidence.push(...fact.evidence);
    if (fact.state === 'known') values.push(fact.value);
  }
  return { state: 'known', value: values, evidence };
}

/** Second kind of joining: one of several ways will do. Gives the first known, else the first absent, else the first unknown. */
export function firstKnown<T>(...ways: readonly [Known<T>, ...Known<T>[]]): Known<T> {
  return ways.find(way => way.state === 'known') ?? ways.find(way => way.state === 'absent') ?? ways[0];
}

/** A sum of which some summands may be unknown. */
export interface Total {
  /** The sum of what is known: a lower bound where `known` is less than `of`. */
  readonly sum: number;
  /** How many summands are known (an absent one counts as 0). */
  readonly known: number;
  /** How many there are. */
  readonly of: number;
  /** Why the first unknown summand is unknown. */
  readonly missing?: Unknown | undefined;
}

/** Third kind of joining: a sum that carries “known of N”, so that a bound already passed decides although a summand is unknown. */
export function sumKnown<T>(items: readonly T[], fact: (item: T) => Known<number>): Known<Total> {
  let sum = 0;
  let count = 0;
  let missing: Unknown | undefined;
  const evidence: Evidence[] = [];
  for (const item of items) {
    const summand = fact(item);
    if (summand.state === 'unknown') {
      missing ??= summand;
      continue;
    }
    count++;
    evidence.push(...summand.evidence);
    if (summand.state === 'known') sum += summand.value;
  }
  return { state: 'known', value: { sum, known: count, of: items.length, missing }, evidence };
}
