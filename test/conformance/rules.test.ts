import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import test from 'node:test';
import { invert } from '#change/change';
import { catalogue } from '#rules/catalogue';
import { rules } from '#rules/index.gen';
import { sections } from '#rules/sections';
import { bordersOf } from '#units/version';
import { exampleOutcomes } from './example-outcomes.js';

const sectionNumbers = new Set(sections.map(([number]) => number));
const sectionsOf = new Map(catalogue);

test('rule ids are unique', () => {
  assert.equal(new Set(rules.map(rule => rule.id)).size, rules.length);
  assert.ok(rules.length > 0);
});

for (const rule of rules) {
  test(`${rule.id}: the id is the path, and the catalogue knows it with the same sections`, () => {
    assert.ok(existsSync(`src/rules/${rule.id}.ts`), `src/rules/${rule.id}.ts`);
    assert.deepEqual([...rule.guide].sort(), [...(sectionsOf.get(rule.id) ?? [])].sort());
    for (const section of rule.guide) assert.ok(sectionNumbers.has(section), `section ${section}`);
    assert.equal(
      rule.guide.length === 0,
      rule.beyond !== undefined,
      'a rule names sections or says why it goes beyond the guide',
    );
  });

  test(`${rule.id}: it says what, why, by which source`, () => {
    assert.match(rule.says, /^\S.*\.$/s, 'says is a sentence');
    assert.match(rule.because, /^\S.*\.$/s, 'because is a sentence');
    for (const source of rule.sources) assert.ok(source.at.length > 10, source.at);
    const isFolklore = rule.sources.every(source => source.grade === 'folklore');
    const isMust = Object.values(rule.intents).some(stance => stance.level === 'must');
    assert.ok(!(isFolklore && isMust), 'folklore is never a must');
    for (const departure of rule.departs ?? []) {
      for (const name of Object.keys(departure.guideParams ?? {}))
        assert.ok(name in rule.params, `guide parameter ${name}`);
    }
  });

  if (rule.judgedBy === 'gate') {
    test(`${rule.id}: a gate says what plan and apply ask for, and check never judges it`, () => {
      assert.match(rule.gate ?? '', /\.$/s);
      assert.deepEqual([rule.needs, rule.examples, rule.when, rule.scope], [{}, [], undefined, undefined]);
    });
    continue;
  }

  test(`${rule.id}: its examples hold a bad, a good and an unknown one`, () => {
    const expected = new Set(rule.examples.map(example => example.expect));
    for (const kind of ['bad', 'good', 'unknown'] as const) assert.ok(expected.has(kind), `no ${kind} example`);
    assert.equal(
      new Set(rule.examples.map(example => example.name)).size,
      rule.examples.length,
      'names of examples are unique',
    );
  });

  for (const example of rule.examples) {
    test(`${rule.id}: ${example.name} is ${example.expect}`, () => {
      const outcome = exampleOutcomes(rule, example);
      const told = JSON.stringify(
        { ...outcome, rule: undefined, error: 'error' in outcome ? String(outcome.error.stack) : undefined },
        undefined,
        1,
      );
      assert.equal(outcome.outcome, example.expect, told);
      if (outcome.outcome !== 'bad') return;
      assert.equal(outcome.severity, example.severity ?? outcome.severity, told);
      if (example.fixes !== undefined)
        assert.deepEqual(
          (outcome.finding.fix ?? []).map(change => change.kind),
          example.fixes,
          told,
        );
      const { fix, wish, otherwise } = outcome.finding;
      assert.ok(
        (fix !== undefined && fix.length > 0) || wish !== undefined || otherwise !== undefined,
        'a finding says what to do',
      );
      assert.ok(outcome.evidence.length > 0, 'a finding has evidence');
      for (const change of fix ?? []) {
        const kept = JSON.parse(JSON.stringify(change));
        assert.deepEqual(
          JSON.parse(JSON.stringify(invert(invert(kept)))),
          kept,
          'a change survives JSON, and its inverse is a swap',
        );
        assert.notDeepEqual(change.before, change.after, 'a change changes something');
      }
    });
  }
}

test('each border of a version condition has an example on both sides', () => {
  const lacking: string[] = [];
  for (const rule of rules) {
    for (const [name, range] of Object.entries({
      kernel: rule.when?.kernel,
      qemu: rule.when?.qemu,
      libvirt: rule.when?.libvirt,
    })) {
      if (range === undefined) continue;
      const judged = rule.examples.filter(
        example => example.expect !== 'not-applicable' && example.expect !== 'unknown',
      );
      const outside = rule.examples.filter(example => example.expect === 'not-applicable');
      if (bordersOf(range).length > 0 && (judged.length === 0 || outside.length === 0))
        lacking.push(`${rule.id} ${name} ${range}`);
    }
  }
  assert.deepEqual(lacking, []);
});
