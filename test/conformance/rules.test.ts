import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import test from 'node:test';
import { borderFaults, coverageFaults, exampleFaults, wordFaults } from '#cli/examples/rule-conformance';
import { catalogue } from '#rules/catalogue';
import { rules } from '#rules/index.gen';
import { sections } from '#rules/sections';

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
    assert.deepEqual(wordFaults(rule), []);
  });

  if (rule.judgedBy === 'gate') {
    test(`${rule.id}: a gate says what plan and apply ask for, and check never judges it`, () => {
      assert.match(rule.gate ?? '', /\.$/s);
      assert.deepEqual([rule.needs, rule.examples, rule.when, rule.scope], [{}, [], undefined, undefined]);
    });
    continue;
  }

  test(`${rule.id}: its examples hold a bad, a good and an unknown one`, () => {
    assert.deepEqual(coverageFaults(rule), []);
  });

  for (const example of rule.examples) {
    test(`${rule.id}: ${example.name} is ${example.expect}`, () => {
      assert.deepEqual(exampleFaults(rule, example), []);
    });
  }
}

test('each border of a version condition has an example on both sides', () => {
  const lacking = rules.flatMap(rule => borderFaults(rule).map(fault => `${rule.id} ${fault}`));
  assert.deepEqual(lacking, []);
});
