import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import test from 'node:test';
import { Ajv } from 'ajv';
import { Ajv2020 } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import { canonicalJson } from '#change/canonical-json';
import { kindOf } from '#change/kind-of';
import { knobSettings } from '#change/knob-settings';
import { openBundle } from '#cli/open-bundle';
import type { Plan } from '#plan/plan';
import { planId } from '#plan/plan-id';
import { readPlan } from '#plan/read-plan';
import { terminalStyle } from '#report/human/style';
import { planText } from '#report/plan/plan-text';
import { type JudgedPlace, judgeAll, judgeRandom, planOf } from './plan-of.js';
import { randomMachines } from './random-machines.js';

const schema: Readonly<Record<string, unknown>> = JSON.parse(readFileSync('docs/schemas/plan-1.schema.json', 'utf8'));
const validator = String(schema['$schema']).includes('2020')
  ? new Ajv2020({ strict: false })
  : new Ajv({ strict: false });
const isValid = validator.compile(schema);

/** What must hold of every plan. */
function assertSound(plan: Plan): void {
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
    const key = `${change.kind} ${change.on}`;
    assert.ok(!keys.has(key) || waitsFor.length > 0, `${key} is changed twice`);
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
const shuffled = (judged: JudgedPlace, turn: number): JudgedPlace => {
  const { outcomes } = judged;
  const at = outcomes.length === 0 ? 0 : turn % outcomes.length;
  return { ...judged, outcomes: [...outcomes.slice(at), ...outcomes.slice(0, at)].reverse() };
};

test('whatever the machine, its plan is sound, sets no knob to two values, and does not depend on the order of the findings', () => {
  fc.assert(
    fc.property(randomMachines, fc.nat(), (machine, turn) => {
      const judged = judgeRandom(machine);
      const plan = planOf(judged);
      assertSound(plan);
      assert.equal(JSON.stringify(planOf(shuffled(judged, turn))), JSON.stringify(plan));
      // nothing that was found is dropped without a word
      const told = new Set([
        ...plan.byHand.map(({ rule }) => rule),
        ...plan.changes.flatMap(({ because }) => because.map(({ rule }) => rule)),
      ]);
      for (const outcome of judged.outcomes)
        if (outcome.outcome === 'bad' && !told.has(outcome.rule.id))
          assert.ok(outcome.finding.fix !== undefined, `${outcome.rule.id} is neither planned nor left to a person`);
      const text = planText(
        plan,
        { id: planId(plan), file: undefined, isVerbose: turn % 2 === 0 },
        terminalStyle(false, 80),
      );
      assert.ok(!text.includes('undefined') && !text.includes('[object'), text);
    }),
    { numRuns: Number(process.env['NEARMETAL_RUNS'] ?? 60) },
  );
});

for (const name of readdirSync('test/machines')) {
  test(`${name}: the plan is sound, and the same each time`, async () => {
    const origin: { readonly bundle: string } = JSON.parse(readFileSync(`test/machines/${name}/origin.json`, 'utf8'));
    const judged = judgeAll(await openBundle({ kind: 'bundle', path: origin.bundle }));
    const plan = planOf(judged);
    assertSound(plan);
    assert.ok(plan.changes.length > 10);
    assert.equal(JSON.stringify(planOf(judged)), JSON.stringify(plan));
    assert.equal(JSON.stringify(planOf(shuffled(judged, 7))), JSON.stringify(plan));
    assert.match(plan.host.id ?? '', /^[0-9a-f]{16}$/);
  });
}
