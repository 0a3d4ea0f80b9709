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

test('words of the kernel command line that several findings take out stand in the order in which the file has them', () => {
  const words = 'transparent_hugepage=never elevator=noop';
  const files = {
    '/etc/os-release': 'ID=debian\nVERSION_ID="12"\n',
    '/proc/cmdline': `root=/dev/sda1 ro quiet ${words}\n`,
    '/etc/default/grub': `GRUB_CMDLINE_LINUX_DEFAULT="quiet ${words}"\n`,
    '/sys/kernel/mm/transparent_hugepage/enabled': 'always madvise [never]\n',
  };
  const plan = planOf(
    judgeRandom({ example: { name: 'words', files, expect: 'bad' }, intents: [], policy: 'current' }),
  );
  const { before } = plan.changes.find(({ change }) => change.kind === 'kernel-command-line')?.change ?? {};
  assert.deepEqual(before, words.split(' '));
});
