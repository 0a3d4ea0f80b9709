import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { canonicalJson } from '#change/canonical-json';
import { kindOf } from '#change/kind-of';
import { knobSettings } from '#change/knob-settings';
import type { Plan } from '#plan/plan';
import { planId } from '#plan/plan-id';
import { readPlan } from '#plan/read-plan';
import type { JudgedPlace } from './plan-of.js';

const schema: Readonly<Record<string, unknown>> = JSON.parse(readFileSync('docs/schemas/plan-1.schema.json', 'utf8'));
const validator = String(schema['$schema']).includes('2020')
  ? new Ajv2020({ strict: false })
  : new Ajv({ strict: false });
const isValid = validator.compile(schema);

/** What must hold of every plan. */
export function assertSound(plan: Plan): void {
  const text = JSON.stringify(plan);
  assert.ok(isValid(JSON.parse(text)), JSON.stringify(isValid.errors));
  assert.equal(planId(readPlan(text)), planId(plan), 'what is written is what is read');
  const knobs = new Map<string, string | undefined>();
  const keys = new Set<string>();
  plan.changes.forEach(({ number, change, waitsFor, because }, at) => {
    assert.equal(number, at + 1);
    assert.ok(because.length > 0);
    assert.ok(waitsFor.every(first => first < number));
    assert.equal(kindOf(change).fault(change), undefined);
    assert.notEqual(
      canonicalJson(change.before),
      canonicalJson(change.after),
      `${change.kind} ${change.on} changes nothing`,
    );
    // what waits for other things is a change of its own, before or behind the rest
    const key = `${change.kind} ${change.on}, waiting for ${waitsFor.join(', ') || 'nothing'}`;
    assert.ok(!keys.has(key), `${key} is changed twice`);
    keys.add(key);
    for (const { knob, to } of knobSettings(change)) {
      assert.ok(!knobs.has(knob) || knobs.get(knob) === to, `${knob} is set to ${knobs.get(knob)} and ${to}`);
      knobs.set(knob, to);
    }
    const { after } = kindOf(change);
    for (const later of plan.changes.slice(at + 1))
      assert.ok(!after.includes(later.change.kind), `${change.kind} goes before ${later.change.kind}`);
  });
}

/** The same outcomes in another order. */
export const shuffled = (judged: JudgedPlace, turn: number): JudgedPlace => {
  const { outcomes } = judged;
  const at = outcomes.length === 0 ? 0 : turn % outcomes.length;
  return { ...judged, outcomes: [...outcomes.slice(at), ...outcomes.slice(0, at)].reverse() };
};
