import { canonicalJson } from '#change/canonical-json';
import type { Change } from '#change/change';
import type { KnobSetting } from '#change/knob-setting';
import type { Look, Observed } from '#change/observed';
import type { Step } from '#change/step';

/**
 * What one kind of change means: which knobs it owns, how its state is read, and what brings the machine from any state to the one
 * wanted. Undoing is the same with `before` and `after` swapped, so a kind knows nothing of it.
 */
export interface ChangeKind {
  readonly kind: string;
  /** Takes a change that may come from a file; gives what is wrong with its `on`, `before` or `after`, undefined where nothing is. */
  fault(change: Change): string | undefined;
  /** The knobs that the change owns, each with what it is set to. */
  knobs(change: Change): readonly KnobSetting[];
  /** What must be looked at. What is to be looked at next may depend on what was seen: it is asked again until nothing new is named. */
  looks(change: Change, seen: Observed): readonly Look[];
  /** The state that the machine is in, in the terms of `before` and `after`. */
  state(change: Change, seen: Observed): unknown;
  /**
   * What keeps this machine from taking the change, and what to do instead: sentences. A read-only root, a file that only a shell can work
   * out, a unit that is not installed. Undefined: nothing. Asked before `state` and `steps`, which may throw where there is an obstacle.
   */
  obstacle(change: Change, seen: Observed): string | undefined;
  /** The steps that bring the machine from what was seen to `after`; from any state, so that a change broken off in the middle can be finished or taken back. */
  steps(change: Change, seen: Observed): readonly Step[];
  /** Whether two states are the same: that which was wanted and that which was read back. Equal as JSON unless the kind says otherwise. */
  isSame(one: unknown, other: unknown): boolean;
  /** What must be there before a change of this kind is made: kinds whose changes go first where both are planned. */
  readonly after: readonly string[];
}

/** A kind as it is written: for changes whose state is an `S`. */
export interface KindDefinition<K extends string, S> {
  readonly kind: K;
  readonly isState: (value: unknown) => value is S;
  /** What is wrong with `on`; undefined where nothing is. */
  readonly faultOf?: (on: string) => string | undefined;
  readonly knobs: (change: Change<K, S>) => readonly KnobSetting[];
  readonly looks: (change: Change<K, S>, seen: Observed) => readonly Look[];
  /** Undefined: nothing ever keeps a machine from taking it. */
  readonly obstacle?: (change: Change<K, S>, seen: Observed) => string | undefined;
  readonly state: (change: Change<K, S>, seen: Observed) => S;
  readonly steps: (change: Change<K, S>, seen: Observed) => readonly Step[];
  readonly isSame?: (one: S, other: S) => boolean;
  readonly after?: readonly string[];
}

/** Makes a kind of its definition: changes of other kinds, or with a state of another shape, are refused. */
export function defineKind<K extends string, S>(definition: KindDefinition<K, S>): ChangeKind {
  const { kind, isState, faultOf, isSame = isEqualJson } = definition;
  const isOurs = (change: Change): change is Change<K, S> =>
    change.kind === kind && isState(change.before) && isState(change.after) && faultOf?.(change.on) === undefined;
  const own = <T>(change: Change, use: (change: Change<K, S>) => T): T => {
    if (!isOurs(change)) throw new TypeError(`no sound ${kind} change: ${change.kind} on ${change.on}`);
    return use(change);
  };
  return {
    kind,
    fault: change => {
      if (change.kind !== kind) return `it is of kind ${change.kind}, not ${kind}`;
      if (!isState(change.before)) return `before is no state of ${kind}`;
      if (!isState(change.after)) return `after is no state of ${kind}`;
      return faultOf?.(change.on);
    },
    knobs: change => own(change, definition.knobs),
    looks: (change, seen) => own(change, ours => definition.looks(ours, seen)),
    obstacle: (change, seen) => own(change, ours => definition.obstacle?.(ours, seen)),
    state: (change, seen) => own(change, ours => definition.state(ours, seen)),
    steps: (change, seen) => own(change, ours => definition.steps(ours, seen)),
    isSame: (one, other) => isState(one) && isState(other) && isSame(one, other),
    after: definition.after ?? [],
  };
}

const isEqualJson = (one: unknown, other: unknown): boolean => canonicalJson(one) === canonicalJson(other);
