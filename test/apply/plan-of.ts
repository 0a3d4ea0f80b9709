import type { Change } from '#change/change';
import type { Plan, PlannedChange } from '#plan/plan';

/** A plan of nothing but these changes. */
export function planOf(changes: readonly Change[], parts: Readonly<Record<number, Partial<PlannedChange>>> = {}): Plan {
  return {
    schema: 'nearmetal.plan/1',
    tool: 'nearmetal 0.0.0',
    source: 'this machine',
    host: { name: 'box', id: '0123456789abcdef' },
    policy: 'current',
    intents: [],
    changes: changes.map((change, at) => ({
      number: at + 1,
      change,
      epoch: change.takesEffect,
      because: [],
      waitsFor: [],
      costs: [],
      tradeOffs: [],
      owners: [],
      diff: '',
      ...parts[at + 1],
    })),
    byHand: [],
    blocked: [],
    notes: [],
  };
}
