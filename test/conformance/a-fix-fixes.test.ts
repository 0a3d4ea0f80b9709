import assert from 'node:assert/strict';
import test from 'node:test';
import { ChangedMachine } from '../changed-machine/changed-machine.js';
import { badExamples, capturedStarts, exampleStart, rulesWithFixes } from '../changed-machine/starts.js';
import { Tally } from '../changed-machine/tally.js';
import { tryPlan } from '../changed-machine/try-plan.js';

/**
 * What a rule asks for puts its finding right, makes nothing else bad, holds over a reboot and can be taken back: planned, made, booted and
 * undone in memory. Here each rule with one of its examples; all examples, and each rule alone on each captured machine, in test/long.
 */
test('each rule’s changes make it good on one of its examples, and no other rule bad; taken back, all is as it was', t => {
  const tally = new Tally();
  for (const { rule, example } of badExamples()) {
    if (tally.rules.has(rule.id)) continue;
    const start = exampleStart(rule, example);
    tally.add(start, rule.id, tryPlan(start, rule.id));
  }
  for (const line of tally.lines) t.diagnostic(line);
  assert.deepEqual(tally.faults, []);
  assert.deepEqual(
    rulesWithFixes().filter(id => !tally.rules.has(id)),
    [],
    'rules that ask for changes, of which no example could be tried',
  );
});

for (const start of await capturedStarts())
  test(`${start.name}: the whole plan makes what it was made for good, and nothing bad; a second one is empty; taken back, all is as it was`, t => {
    const tally = new Tally();
    const before = new ChangedMachine(start).judge();
    const trial = tryPlan(start, undefined, before);
    tally.add(start, undefined, trial);
    t.diagnostic(
      `${trial.changes} changes for ${trial.followed.length} rules; ${trial.untried} need what was not captured`,
    );
    for (const line of tally.lines.slice(1)) t.diagnostic(line);
    assert.deepEqual(tally.faults, []);
  });
