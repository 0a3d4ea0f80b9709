import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { parseUdevRules } from '#formats/conf/udev-rules';

test('matches, assignments, continued lines, comments in between', () => {
  const rules = parseUdevRules(`# comment
ACTION!="add|change", GOTO="end"
KERNEL=="sd[a-z]*", ATTR{queue/rotational}=="1", \\
# in between
  ATTR{queue/scheduler}="mq-deadline"
ENV{X}+="a, \\"b\\" #c", RUN{program}="/bin/x"
LABEL="end"
broken line
KERNEL=="x" trailing
`);
  assert.deepEqual(
    rules.map(rule => rule.line),
    [2, 3, 6, 7],
  );
  assert.deepEqual(rules[1]?.parts, [
    { key: 'KERNEL', attribute: undefined, operator: '==', value: 'sd[a-z]*' },
    { key: 'ATTR', attribute: 'queue/rotational', operator: '==', value: '1' },
    { key: 'ATTR', attribute: 'queue/scheduler', operator: '=', value: 'mq-deadline' },
  ]);
  assert.deepEqual(rules[2]?.parts[0], { key: 'ENV', attribute: 'X', operator: '+=', value: 'a, "b" #c' });
});

test('any text is read, soon', () => {
  fc.assert(
    fc.property(
      fc.string({ maxLength: 300, unit: fc.constantFrom(...'KEY{}=!+:-"\\, \n#') }),
      text => void parseUdevRules(text),
    ),
  );
  const before = performance.now();
  parseUdevRules(`${'KERNEL=="a", '.repeat(50_000)}x\nKEY="${'\\"'.repeat(100_000)}\n${'{'.repeat(1_000_000)}`);
  assert.ok(performance.now() - before < 30_000);
});
