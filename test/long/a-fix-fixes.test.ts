import assert from 'node:assert/strict';
import test from 'node:test';
import { ChangedMachine } from '../changed-machine/changed-machine.js';
import { badExamples, capturedStarts, exampleStart } from '../changed-machine/starts.js';
import { Tally } from '../changed-machine/tally.js';
import { tryPlan } from '../changed-machine/try-plan.js';

test('every rule’s changes fix it in every bad example and on every captured machine, break nothing, and can be taken back', async t => {
  const tally = new Tally();
  for (const { rule, example } of badExamples()) {
    const start = exampleStart(rule, example);
    tally.add(start, rule.id, tryPlan(start, rule.id));
  }
  for (const start of await capturedStarts()) {
    const before = new ChangedMachine(start).judge();
    const bad = before.outcomes.filter(({ outcome }) => outcome === 'bad').map(({ rule }) => rule.id);
    for (const rule of new Set(bad)) tally.add(start, rule, tryPlan(start, rule, before));
  }
  for (const line of tally.lines) t.diagnostic(line);
  console.log(tally.lines.join('\n'));
  assert.deepEqual(tally.faults, []);
});

test('every bad example: all that is found on it at once, made and taken back', t => {
  const tally = new Tally();
  for (const { rule, example } of badExamples()) {
    const start = exampleStart(rule, example);
    tally.add(start, undefined, tryPlan(start, undefined));
  }
  for (const line of tally.lines) t.diagnostic(line);
  console.log(tally.lines[0]);
  assert.deepEqual(tally.faults, []);
});
