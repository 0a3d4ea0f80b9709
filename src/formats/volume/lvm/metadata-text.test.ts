import assert from 'node:assert/strict';
import test from 'node:test';
import { MetadataFault, parseMetadata } from '#formats/volume/lvm/metadata-text';

test('sections, numbers, texts, lists and comments are read', () => {
  const top = parseMetadata(
    'contents = "Text \\"quoted\\" \\\\"\nversion = 1 # one\nvg-0 {\n\tflags = []\n\tstripes = [\n"pv0", 12\n]\n0 { a = -3 }\n}\n',
  );
  assert.equal(top.get('contents'), 'Text "quoted" \\');
  assert.equal(top.get('version'), 1);
  const group = top.get('vg-0');
  assert.ok(group instanceof Map);
  assert.deepEqual(group.get('flags'), []);
  assert.deepEqual(group.get('stripes'), ['pv0', 12]);
  assert.deepEqual(group.get('0'), new Map([['a', -3]]));
});

test('what is none of it is a fault with its place, whatever it is', () => {
  const hostile = [
    'a',
    'a {',
    'a = ',
    'a = [ 1, 2',
    '}',
    'a = "open',
    'a = \u0000',
    'a { '.repeat(100),
    '= 1',
    'a b',
    '[',
    `a = "${'\\a'.repeat(8 * 2 ** 20)}`,
  ];
  for (const text of hostile) assert.throws(() => parseMetadata(text), MetadataFault, text.slice(0, 20));
  assert.throws(() => parseMetadata('a = 1\nb ?'), /at letter 8/);
});

test('a very long text and very many values are read in time', () => {
  assert.equal(parseMetadata(`a = "${'x'.repeat(8 * 2 ** 20)}"`).size, 1);
  const many = Array.from({ length: 200_000 }, (_, index) => `k${index} = ${index}`).join('\n');
  assert.equal(parseMetadata(many).size, 200_000);
});
