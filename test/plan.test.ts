import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { planId } from '#plan/plan-id';
import { terminalStyle } from '#report/human/style';
import { planText } from '#report/plan/plan-text';
import { judgeRandom, planOf } from './plan-of.js';
import { randomMachines } from './random-machines.js';
import { assertSound, shuffled } from './sound-plan.js';

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
