import assert from 'node:assert/strict';
import test from 'node:test';
import type { Stance } from '#check/define-rule';
import { rules } from '#rules/index.gen';
import { intentTable } from '#rules/intent-table';
import { intents } from '#wishes/intent';

const opposite: Readonly<Record<Stance['level'], Stance['level']>> = {
  must: 'must-not',
  should: 'avoid',
  neutral: 'neutral',
  avoid: 'should',
  'must-not': 'must',
};

test('every rule stands to the intents as the table says', () => {
  const byId = new Map(rules.map(rule => [rule.id, rule]));
  const wrong: string[] = [];
  for (const { practice, levels, rules: own, against = [], but = {} } of intentTable) {
    for (const id of [...own, ...against]) {
      const rule = byId.get(id) ?? assert.fail(`${practice}: there is no rule ${id}`);
      for (const intent of intents) {
        const level = levels[intent] ?? 'neutral';
        const wanted = but[id]?.levels[intent] ?? (against.includes(id) ? opposite[level] : level);
        const found = rule.intents[intent]?.level ?? 'neutral';
        if (found !== wanted) wrong.push(`${id} is ${found} for ${intent}, the table says ${wanted}`);
      }
    }
    for (const id of Object.keys(but)) assert.ok([...own, ...against].includes(id), `${practice}: ${id}`);
  }
  assert.deepEqual(wrong, []);
});

test('every rule that takes a stand is in the table, once', () => {
  const listed = intentTable.flatMap(row => [...row.rules, ...(row.against ?? [])]);
  assert.equal(new Set(listed).size, listed.length);
  const silent = rules.filter(({ id, intents: stances }) => {
    const takesStand = Object.values(stances).some(({ level }) => level !== 'neutral');
    return takesStand && !listed.includes(id);
  });
  assert.deepEqual(
    silent.map(({ id }) => id),
    [],
  );
});
