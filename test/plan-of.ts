import type { Outcome } from '#check/outcome';
import { resolveConflicts } from '#check/resolve-conflicts';
import { runRules } from '#check/run-rules';
import { exampleSources } from '#cli/examples/example-sources';
import { sightOfPlace } from '#cli/sight-of-place';
import { collectMachine, type Place } from '#collect/machine';
import { valueIfKnown } from '#model/known';
import type { Machine } from '#model/machine';
import { makePlan } from '#plan/make-plan';
import type { Plan } from '#plan/plan';
import type { Sight } from '#plan/sight';
import { conflicts } from '#rules/conflicts';
import { rules } from '#rules/index.gen';
import { changeOrder } from '#rules/order';
import { noWishes, type Wishes } from '#wishes/wishes';
import type { RandomMachine } from './random-machines.js';

const now = new Date('2026-11-01T12:00:00Z');

/** A place that was judged by all rules. */
export interface JudgedPlace {
  readonly machine: Machine;
  readonly outcomes: readonly Outcome[];
  readonly sight: Sight;
}

/** Reads a place and judges it by all rules. */
export function judgeAll(place: Place, wishes: Wishes = noWishes): JudgedPlace {
  const machine = collectMachine(place);
  const outcomes = resolveConflicts(runRules(machine, rules, wishes, now), conflicts);
  return { machine, outcomes, sight: sightOfPlace(place) };
}

/** The same for a machine of which an example tells how it differs from the reference. */
export function judgeRandom({ example, intents, policy }: RandomMachine): JudgedPlace {
  const place: Place = { source: 'example', extent: 'host', sources: exampleSources(example) };
  const names = (valueIfKnown(collectMachine(place).guests) ?? []).map(({ name }) => name);
  const guestIntents = new Map(names.map((name, at) => [name, intents[at] ?? intents.at(-1) ?? []] as const));
  return judgeAll(place, { ...noWishes, policy, guestIntents });
}

/** Makes the plan of what was judged. */
export const planOf = ({ machine, outcomes, sight }: JudgedPlace): Plan =>
  makePlan({
    tool: 'nearmetal 0.0.0',
    machine,
    policy: 'current',
    intents: [],
    asked: new Set(),
    outcomes,
    order: changeOrder,
    sight,
  });
