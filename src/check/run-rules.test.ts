import assert from 'node:assert/strict';
import test from 'node:test';
import { defineRule, type Rule } from '#check/define-rule';
import { runRules } from '#check/run-rules';
import { bad, good, type Verdict } from '#check/verdict';
import { exampleSources } from '#cli/examples/example-sources';
import { collectMachine } from '#collect/machine';
import { absent, type Known, known, unknown } from '#model/known';
import type { Intent } from '#wishes/intent';
import { noWishes } from '#wishes/wishes';

const machine = collectMachine({
  source: 'test',
  extent: 'host',
  sources: exampleSources({ name: 'reference', expect: 'good' }),
});
const now = new Date(0);

const ruleWith = (
  fact: Known<number>,
  more: Partial<Pick<Rule, 'when' | 'intents'>> = {},
  verdict: (fact: number) => Verdict = () => good,
): Rule =>
  defineRule({
    id: 'test/rule',
    subject: 'host',
    guide: ['4'],
    severity: 'warning',
    says: 'It is so.',
    because: 'It must be.',
    sources: [{ grade: 'documented', at: 'this test' }],
    intents: {},
    params: {},
    costs: [],
    needs: { someFact: () => fact },
    check: ({ someFact }) => verdict(someFact),
    examples: [],
    ...more,
  });

const outcomeOf = (rule: Rule, intents: readonly Intent[] = []) => {
  const [outcome] = runRules(machine, [rule], { ...noWishes, defaultIntents: intents }, now);
  return outcome ?? assert.fail('no outcome');
};

test('a fact that was not read makes the outcome unknown and names the fact and its remedy', () => {
  const outcome = outcomeOf(ruleWith(unknown('no right to read it', 'run as root')));
  assert.ok(outcome.outcome === 'unknown');
  assert.deepEqual([outcome.reason, outcome.remedy, outcome.fact], ['no right to read it', 'run as root', 'someFact']);
});

test('a fact that is absent makes the rule not applicable', () => {
  const outcome = outcomeOf(ruleWith(absent({ from: '/x', value: 'not there' })));
  assert.ok(outcome.outcome === 'not-applicable');
  assert.equal(outcome.reason, 'there is no some fact');
});

test('evidence of the facts is attached, that of the finding first', () => {
  const first = { from: 'first', value: '1' };
  const outcome = outcomeOf(
    ruleWith(known(1, { from: '/x', value: '1' }), {}, () => bad('it is not', { evidence: [first] })),
  );
  assert.ok(outcome.outcome === 'bad');
  assert.deepEqual(
    outcome.evidence.map(item => item.from),
    ['first', '/x'],
  );
  assert.equal(outcome.severity, 'warning');
});

test('a rule that throws spoils one outcome, never the run', () => {
  const broken = ruleWith(known(1), {}, () => {
    throw new Error('a fault');
  });
  const outcomes = runRules(machine, [broken, ruleWith(known(1))], noWishes, now);
  assert.deepEqual(
    outcomes.map(({ outcome }) => outcome),
    ['crashed', 'good'],
  );
});

test('conditions are judged before facts: what excludes wins over what is unknown', () => {
  const excluded = outcomeOf(ruleWith(unknown('never asked'), { when: { hypervisor: 'xen' } }));
  assert.equal(excluded.outcome, 'not-applicable');
  assert.equal(outcomeOf(ruleWith(known(1), { when: { kernel: '>=6.4' } })).outcome, 'good');
  assert.equal(outcomeOf(ruleWith(known(1), { when: { kernel: '>=6.5' } })).outcome, 'not-applicable');
  assert.equal(outcomeOf(ruleWith(known(1), { when: { numaNodes: '>=3' } })).outcome, 'not-applicable');
});

test('a practice that every intent advises against is not asked', () => {
  const rule = ruleWith(known(1), { intents: { density: { level: 'must-not' } } }, () => bad('it is not'));
  assert.equal(outcomeOf(rule, ['density']).outcome, 'not-applicable');
  assert.equal(outcomeOf(rule, ['density', 'latency']).outcome, 'bad');
});
