import { canonicalJson } from '#change/canonical-json';
import { changeKinds } from '#change/kind-of';
import type { ChangeOrder } from '#check/change-order';
import type { Draft } from '#plan/accept-asks';
import { fitsPattern } from '#plan/fits-pattern';
import { isAwaited, isSameSize } from '#plan/late-edits';
import type { Epoch } from '#plan/plan';

/** A change, when it is in force, and where it stands in what a rule asked for. */
export interface Step extends Draft {
  readonly epoch: Epoch;
}

/** A change in its place. */
export interface Placed extends Step {
  /** Places (from 0) of the changes whose effect it waits for. */
  readonly waitsFor: readonly number[];
}

interface Edge {
  readonly first: Step;
  readonly second: Step;
  readonly waits: boolean;
}

const epochs: readonly Epoch[] = ['at-once', 'daemon-restart', 'guest-power-cycle', 'host-reboot'];

/**
 * Gives changes in the order in which they are made: first what others need (by `order`, by their kinds, by what findings say goes first, by
 * the order in a finding), then what is in force sooner, then by stage. The same for the same changes, in whatever order they come. Of
 * wishes that go round in a circle the last one is not followed.
 */
export function orderChanges(steps: readonly Step[], order: ChangeOrder): readonly Placed[] {
  const sorted = [...steps].sort((a, b) => rank(a, order) - rank(b, order) || compare(keyOf(a), keyOf(b)));
  const graph = new Graph(sorted);
  for (const edge of [...needEdges(sorted, order), ...kindEdges(sorted), ...findingEdges(sorted), ...ownEdges(sorted)])
    graph.add(edge);
  const placed = graph.sorted();
  return placed.map(step => ({
    ...step,
    waitsFor: graph
      .awaited(step)
      .map(first => placed.indexOf(first))
      .sort((a, b) => a - b),
  }));
}

const keyOf = ({ change: { kind, on, after } }: Step): string => `${kind} ${on} ${canonicalJson(after)}`;

const compare = (one: string, other: string): number => (one < other ? -1 : one > other ? 1 : 0);

function rank({ change, epoch }: Step, { stages }: ChangeOrder): number {
  const stage = stages.findIndex(({ of }) => of.some(pattern => fitsPattern(change, pattern)));
  return epochs.indexOf(epoch) * (stages.length + 1) + (stage < 0 ? stages.length : stage);
}

function needEdges(steps: readonly Step[], order: ChangeOrder): readonly Edge[] {
  return order.needs.flatMap(need => {
    const firsts = steps.filter(({ change }) => fitsPattern(change, need.first));
    const seconds = firsts.length === 0 ? [] : steps.filter(({ change }) => fitsPattern(change, need.second));
    return firsts.flatMap(first =>
      seconds.flatMap(second =>
        first !== second && isSameSize(need, first.change, second.change)
          ? [{ first, second, waits: isAwaited(need, first, second.change, steps, order) }]
          : [],
      ),
    );
  });
}

const kindEdges = (steps: readonly Step[]): readonly Edge[] =>
  steps.flatMap(second =>
    (changeKinds.get(second.change.kind)?.after ?? []).flatMap(kind =>
      steps
        .filter(first => first !== second && first.change.kind === kind)
        .map(first => ({ first, second, waits: false })),
    ),
  );

/** What the resolver of conflicts found to go first, on the host or on the same guest. */
const findingEdges = (steps: readonly Step[]): readonly Edge[] =>
  steps.flatMap(second =>
    second.because.flatMap(({ after = [], subject }) =>
      after.flatMap(({ rule }) =>
        steps
          .filter(
            first =>
              first !== second &&
              first.because.some(
                one =>
                  one.rule.id === rule &&
                  (guestOf(one.subject) === undefined || guestOf(one.subject) === guestOf(subject)),
              ),
          )
          .map(first => ({ first, second, waits: false })),
      ),
    ),
  );

const guestOf = ({
  kind,
  name,
  guest,
}: {
  readonly kind: string;
  readonly name: string;
  readonly guest?: string | undefined;
}): string | undefined => (kind === 'guest' ? name : guest);

/** A rule names its changes in the order in which they work. */
function ownEdges(steps: readonly Step[]): readonly Edge[] {
  const findings = new Set(steps.flatMap(({ because }) => because));
  return [...findings].flatMap(found => {
    const own = (found.finding.fix ?? []).flatMap(
      ({ kind, on }) =>
        steps.find(({ change, because }) => because.includes(found) && change.kind === kind && change.on === on) ?? [],
    );
    return own.slice(1).flatMap((second, at) => {
      const first = own[at];
      return first === undefined || first === second ? [] : [{ first, second, waits: false }];
    });
  });
}

/** Changes and which go before which. */
class Graph {
  readonly #steps: readonly Step[];
  readonly #firsts = new Map<Step, Map<Step, boolean>>();

  constructor(steps: readonly Step[]) {
    this.#steps = steps;
  }

  /** Adds that one goes before another, unless that closes a circle. */
  add({ first, second, waits }: Edge): void {
    if (this.#isBefore(second, first)) return;
    const there = this.#firsts.get(second) ?? new Map<Step, boolean>();
    this.#firsts.set(second, there.set(first, waits || there.get(first) === true));
  }

  #isBefore(one: Step, other: Step): boolean {
    const waiting: Step[] = [other];
    const seen = new Set(waiting);
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      if (next === one) return true;
      for (const first of this.#firsts.get(next)?.keys() ?? [])
        if (!seen.has(first)) {
          seen.add(first);
          waiting.push(first);
        }
    }
    return false;
  }

  awaited(step: Step): readonly Step[] {
    return [...(this.#firsts.get(step) ?? [])].flatMap(([first, waits]) => (waits ? [first] : []));
  }

  /** All steps, each after those that go before it; where several could be next, the first as given. */
  sorted(): readonly Step[] {
    const left = new Set(this.#steps);
    const done = new Set<Step>();
    const result: Step[] = [];
    while (left.size > 0) {
      const next = [...left].find(step => [...(this.#firsts.get(step)?.keys() ?? [])].every(first => done.has(first)));
      if (next === undefined) throw new Error('changes go round in a circle');
      left.delete(next);
      done.add(next);
      result.push(next);
    }
    return result;
  }
}
