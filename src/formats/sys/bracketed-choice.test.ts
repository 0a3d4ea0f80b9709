import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { parseChoice } from '#formats/sys/bracketed-choice';
import { hostileText } from '../../../test/hostile-text.js';

test('the word in brackets is the choice, among all that are offered', () => {
  assert.deepEqual(parseChoice('always defer defer+madvise [madvise] never\n'), {
    chosen: 'madvise',
    offered: ['always', 'defer', 'defer+madvise', 'madvise', 'never'],
  });
  assert.equal(parseChoice('[none]')?.chosen, 'none');
  for (const text of ['', 'always never', '[a] [b]', '[a', 'a]', '[a b]', '[]'])
    assert.equal(parseChoice(text), undefined, text);
});

test('any words with one of them in brackets are read back', () => {
  const word = fc.stringMatching(/^[a-z][a-z0-9_+-]{0,20}$/);
  fc.assert(
    fc.property(fc.array(word, { minLength: 1, maxLength: 10 }), fc.nat(), (offered, at) => {
      const place = at % offered.length;
      const text = offered.map((each, index) => (index === place ? `[${each}]` : each)).join(' ');
      assert.deepEqual(parseChoice(text), { chosen: offered[place], offered });
    }),
  );
  fc.assert(fc.property(hostileText('always', '[madvise]'), text => void parseChoice(text)));
});
