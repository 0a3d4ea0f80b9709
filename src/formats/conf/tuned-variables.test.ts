import assert from 'node:assert/strict';
import test from 'node:test';
import { TunedVariables } from '#formats/conf/tuned-variables';

test('variables are filled in, functions and unset ones left as they stand', () => {
  const variables = new TunedVariables();
  variables.set('a', '1');
  variables.set('b', `\${a}2`);
  variables.set('not a word', 'x');
  assert.equal(variables.fill(`\${b} \${c} \\\${a} \${f:x:\${a}}`), `12 \${c} \${a} \${f:x:1}`);
});

test('a value that doubles and doubles is cut', () => {
  const variables = new TunedVariables();
  variables.set('v', 'x'.repeat(100));
  for (let time = 0; time < 60; time++) variables.set('v', `\${v}\${v}`);
  assert.ok(variables.fill(`\${v}`).length <= 65_536);
});
