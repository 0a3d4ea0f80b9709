import assert from 'node:assert/strict';
import test from 'node:test';
import { nearest } from '#cli/nearest';
import { RequestError } from '#cli/request-error';
import { namedRules, selectRules } from '#cli/select-rules';
import { rules } from '#rules/index.gen';

test('rules are named by id, area or section', () => {
  assert.deepEqual(
    selectRules(rules, ['host-memory/ksm-sleep']).map(rule => rule.id),
    ['host-memory/ksm-sleep'],
  );
  assert.ok(selectRules(rules, ['xen']).every(rule => rule.id.startsWith('xen/')));
  assert.ok(selectRules(rules, ['4.1']).some(rule => rule.guide.includes('4.1.4')));
  assert.equal(selectRules(rules, []).length, rules.length);
});

test('rules are named one by one by id or name; an area or a section names none', () => {
  assert.deepEqual([...namedRules(rules, ['virtio-model', 'host-memory/ksm-sleep'])].sort(), [
    'guest-net/virtio-model',
    'host-memory/ksm-sleep',
  ]);
  assert.deepEqual([...namedRules(rules, ['guest-net', '6.1.2'])], []);
});

test('a section is not a prefix of another number', () => {
  assert.ok(
    selectRules(rules, ['4.1.3']).every(rule =>
      rule.guide.some(section => section === '4.1.3' || section.startsWith('4.1.3.')),
    ),
  );
});

test('a mistyped rule is refused with the nearest', () => {
  assert.throws(
    () => selectRules(rules, ['host-memory/ksm-slep']),
    (error: unknown) =>
      error instanceof RequestError && error.exitCode === 64 && (error.doThis ?? '').includes('host-memory/ksm-sleep'),
  );
});

test('nothing near is suggested for what is far', () => {
  assert.equal(nearest('zzzzzzzz', ['database', 'latency']), undefined);
  assert.equal(nearest('databse', ['database', 'latency']), 'database');
});
