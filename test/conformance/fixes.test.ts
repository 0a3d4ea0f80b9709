import assert from 'node:assert/strict';
import test from 'node:test';
import { changeKinds } from '#change/kind-of';
import { knobSettings } from '#change/knob-settings';
import { exampleOutcomes } from '#cli/examples/example-outcomes';
import { stateWords } from '#plan/state-words';
import { rules } from '#rules/index.gen';
import { changeOrder } from '#rules/order';

const fixes = rules
  .filter(({ judgedBy }) => judgedBy !== 'gate')
  .flatMap(rule =>
    rule.examples
      .filter(({ expect }) => expect === 'bad')
      .flatMap(example => {
        const outcome = exampleOutcomes(rule, example);
        const fix = outcome.outcome === 'bad' ? (outcome.finding.fix ?? []) : [];
        return fix.map(change => ({ rule: rule.id, example: example.name, change }));
      }),
  );

test('rules ask for changes in their examples', () => assert.ok(fixes.length > 200, String(fixes.length)));

test('every change that a rule asks for is of a kind that there is, sound, and owns a knob', () => {
  const faults = fixes.flatMap(({ rule, example, change }) => {
    const kind = changeKinds.get(change.kind);
    const fault = kind === undefined ? `there is no kind ${change.kind}` : kind.fault(change);
    if (fault !== undefined) return [`${rule}, ${example}: ${fault}`];
    return knobSettings(change).length > 0 || kind?.isSame(change.before, change.after) === true
      ? []
      : [`${rule}, ${example}: ${change.kind} on ${change.on} owns no knob`];
  });
  assert.deepEqual(faults, []);
});

test('every change that a rule asks for survives a file', () => {
  for (const { change } of fixes) {
    const read = JSON.parse(JSON.stringify(change));
    const whole = { ...read, before: read.before, after: read.after };
    assert.equal(changeKinds.get(change.kind)?.fault(whole), undefined, JSON.stringify(change));
    assert.ok(!/undefined|\[object/.test(stateWords(change.after)), stateWords(change.after));
  }
});

test('the order of changes names kinds that there are', () => {
  const { stages, needs } = changeOrder;
  const named = [...stages.flatMap(({ of }) => of), ...needs.flatMap(({ first, second }) => [first, second])];
  const unknown = new Set(named.flatMap(({ kinds }) => kinds).filter(kind => !changeKinds.has(kind)));
  assert.deepEqual([...unknown], []);
  const placed = new Set(stages.flatMap(({ of }) => of.flatMap(({ kinds }) => kinds)));
  assert.deepEqual(
    [...changeKinds.keys()].filter(kind => !placed.has(kind)),
    [],
    'each kind has a stage',
  );
});
