import assert from 'node:assert/strict';
import test from 'node:test';
import { rules } from '#rules/index.gen';
import { parameterValue } from '#wishes/parameter-value';

test("each rule's own numbers, and those of the guide's letter, are values that settings could hold", () => {
  const wrong: string[] = [];
  for (const rule of rules) {
    const values = Object.entries(rule.params).map(([name, { default: value }]) => [name, value] as const);
    const letter = (rule.departs ?? []).flatMap(({ guideParams }) => Object.entries(guideParams ?? {}));
    for (const [name, value] of [...values, ...letter]) {
      const shape = rule.params[name];
      const read = shape === undefined ? 'there is no such parameter' : parameterValue(value, shape);
      if (read !== value) wrong.push(`${rule.id} ${name}: ${String(read)}`);
    }
  }
  assert.deepEqual(wrong, []);
});
