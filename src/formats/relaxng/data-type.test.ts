import assert from 'node:assert/strict';
import test from 'node:test';
import { dataType, isOf } from '#formats/relaxng/data-type';

function fits(name: string, text: string, ...parameters: readonly (readonly [string, string])[]): boolean {
  const type = dataType(name, parameters);
  assert.ok(type, name);
  return isOf(type, text);
}

test('whole numbers keep to their range', () => {
  assert.ok(fits('unsignedInt', ' 4294967295 '));
  assert.ok(!fits('unsignedInt', '4294967296'));
  assert.ok(!fits('unsignedInt', '-1'));
  assert.ok(fits('unsignedLong', '18446744073709551615'));
  assert.ok(!fits('unsignedLong', '18446744073709551616'));
  assert.ok(fits('int', '+7', ['minInclusive', '-1'], ['maxInclusive', '7']));
  assert.ok(!fits('int', '8', ['minInclusive', '-1'], ['maxInclusive', '7']));
  for (const text of ['', '1.0', '0x1', 'one']) assert.ok(!fits('integer', text), text);
});

test('patterns cover the whole text, and their ^ and $ are letters', () => {
  assert.ok(fits('string', '$A[0]', ['pattern', String.raw`$[ ]*[a-zA-Z0-9_]+(\[[0-9]+\])?`]));
  assert.ok(!fits('string', 'xA', ['pattern', '$A']));
  assert.ok(fits('string', '^3', ['pattern', String.raw`[0-9]+|\^[0-9]+`]));
  assert.ok(fits('string', 'x^', ['pattern', 'x^']));
  assert.ok(!fits('string', 'abc', ['pattern', 'ab']));
  assert.ok(fits('string', '/a b', ['pattern', '(/|[a-zA-Z]:\\\\).+']));
  assert.ok(fits('string', 'abc', ['maxLength', '3']) && !fits('string', 'abcd', ['maxLength', '3']));
});

test('what is not known is none', () => {
  assert.equal(dataType('hexBinary', []), undefined);
  assert.equal(dataType('string', [['minLength', '1']]), undefined);
  assert.equal(dataType('toString', []), undefined);
});
