import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { parseYaml } from '#formats/yaml/parse-yaml';
import { YamlError } from '#formats/yaml/yaml-error';

const plain = (text: string): unknown => JSON.parse(JSON.stringify(parseYaml(text).value));

test('maps, lists and scalars become plain values; an empty text is null', () => {
  assert.deepEqual(plain('a: 1\nb: [x, 2 GiB, true]\nc:\n  - d: ~\n    e: "7"\n0815: x\n'), {
    '0815': 'x',
    a: 1,
    b: ['x', '2 GiB', true],
    c: [{ d: null, e: '7' }],
  });
  assert.equal(plain(''), null);
  assert.equal(plain('# nothing\n'), null);
  assert.deepEqual(plain('on: no\nuntil: 2027-02-01'), { on: 'no', until: '2027-02-01' });
  assert.deepEqual(plain('a: &x [1]\nb: *x'), { a: [1], b: [1] });
});

test('everything has its place, and what is not there the place around it', () => {
  const { placeOf, keyPlaceOf } = parseYaml('a: 1\nwaivers:\n  - rule: x\n    owner:\n');
  assert.deepEqual(placeOf(['a']), { line: 1, column: 4 });
  assert.deepEqual(keyPlaceOf(['waivers', 0, 'rule']), { line: 3, column: 5 });
  assert.deepEqual(placeOf(['waivers', 0, 'rule']), { line: 3, column: 11 });
  assert.deepEqual(keyPlaceOf(['waivers', 0, 'owner']), { line: 4, column: 5 });
  assert.deepEqual(placeOf(['waivers', 0, 'until']), { line: 3, column: 5 });
  assert.deepEqual(placeOf([]), { line: 1, column: 1 });
});

const faultOf = (text: string): string => {
  try {
    parseYaml(text);
  } catch (error) {
    assert.ok(error instanceof YamlError, String(error));
    return `${error.at.line}:${error.at.column} ${error.message}`;
  }
  return 'no fault';
};

test('what is no YAML, or says a thing twice, is told with its place', () => {
  assert.match(faultOf('a: [1\nb: 2\n'), /^\d:\d this is no YAML: /);
  assert.match(faultOf("a: 'x\n"), /^\d:\d this is no YAML: Missing closing/);
  assert.equal(faultOf('db01: a\nb: 1\ndb01: c\n'), '3:1 "db01" stands here a second time, first in line 1');
  assert.match(faultOf('a: 1\n<<: {b: 1}\n'), /^2:1 merge keys/);
  assert.match(faultOf('a: !!binary aGk=\n'), /^1:4 a tag \(!!binary\)/);
  assert.match(faultOf('a: 1\n---\nb: 1\n'), /more than one document/);
  assert.match(faultOf('%YAML 1.1\n---\na: no\n'), /^1:1 YAML 1\.1 is not read/);
  assert.match(faultOf('a: *none\n'), /^1:4 .*none/);
  assert.match(faultOf('? [a]\n: b\n'), /a key is a plain text/);
});

test('a text made to exhaust its reader is refused before it does', () => {
  const laughs = Array.from(
    { length: 20 },
    (_, at) => `l${at}: &l${at} [${Array.from({ length: 9 }, () => (at === 0 ? 'lol' : `*l${at - 1}`)).join(', ')}]`,
  ).join('\n');
  const self = 'a: &a [*a]';
  for (const [text, says] of [
    [laughs, /grow without bound/],
    [self, /grow without bound|no anchor/],
    ['['.repeat(100_000), /nested/],
    ['{a: '.repeat(100_000), /nested/],
    ['- '.repeat(100_000), /nested/],
    ['? '.repeat(100_000), /nested/],
    ['&a '.repeat(100_000), /anchors/],
    [Array.from({ length: 1000 }, (_, at) => `${' '.repeat(at)}a:`).join('\n'), /indented/],
    [`a: "${'x'.repeat(2 ** 20)}"`, /larger than 1 MiB/],
    ['#\n'.repeat(40_000), /more than 30000 lines/],
  ] as const) {
    // unbounded, each of them takes hours or all memory
    assert.match(faultOf(text), says);
  }
});

test('any text gives a value or a YamlError', () => {
  const piece = fc.oneof(
    fc.constantFrom(
      'a: ',
      '- ',
      '[',
      ']',
      '{',
      '}',
      '&x ',
      '*x',
      '\n',
      '  ',
      '"',
      "'",
      '|\n',
      '? ',
      ': ',
      '#',
      '---\n',
      '!t ',
      '\t',
    ),
    fc.string({ maxLength: 5 }),
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 40 }), pieces => {
      try {
        parseYaml(pieces.join(''));
      } catch (error) {
        assert.ok(error instanceof YamlError, String(error));
      }
    }),
    { numRuns: 2000 },
  );
});
