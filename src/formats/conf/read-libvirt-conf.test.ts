import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { ConfError, readLibvirtConf, readPlacedConf } from '#formats/conf/read-libvirt-conf';

const read = (text: string): Record<string, unknown> => Object.fromEntries(readLibvirtConf(text));

test('texts in three kinds of quotes, numbers, lists over several lines, comments', () => {
  const text = `
# a comment = "no"
uri_default = "qemu:///system"   # behind a value, too
single='a "quoted" word'
long = """several
lines"""
max_clients = 5000
below = -1
uri_aliases = [
  "hail=qemu+ssh://root@hail/system", # the first
  'sleet=xen:///system',
]
none = []
`;
  assert.deepEqual(read(text), {
    uri_default: 'qemu:///system',
    single: 'a "quoted" word',
    long: 'several\nlines',
    max_clients: 5000,
    below: -1,
    uri_aliases: ['hail=qemu+ssh://root@hail/system', 'sleet=xen:///system'],
    none: [],
  });
});

test('a # in quotes is no comment, a semicolon ends a line, and the first setting of a key counts', () => {
  assert.deepEqual(read('a = "x#y"\na = "z#"; b = [ "c", +5 ]'), { a: 'x#y', b: ['c', 5] });
});

test('each value has the line of its key', () => {
  const placed = readPlacedConf('# first\na = [\n 1\n]\nvif.default.bridge="xenbr0"\na = 2');
  assert.deepEqual(
    [...placed],
    [
      ['a', { value: [1], line: 2 }],
      ['vif.default.bridge', { value: 'xenbr0', line: 5 }],
    ],
  );
});

test('nothing is no fault', () => {
  for (const empty of ['', '\n', '# only a comment', '  \n\t\n']) assert.deepEqual(read(empty), {});
});

const faults: readonly (readonly [text: string, line: number])[] = [
  ['a', 1],
  ['\na b', 2],
  ['a =', 1],
  ['a = b', 1],
  ['\n\na = "b', 3],
  ['a = [ "b"', 1],
  ['a = [ "b" "c" ]', 1],
  ['a = [ , ]', 1],
  ['a\n= 5', 1],
  ['a = "b" c = 5', 1],
  ['a = 0x10', 1],
  ['5a = 5', 1],
  ['a = [ [ 5 ] ]', 1],
  ['"a" = 5', 1],
  ['= 5', 1],
  ['a = 5 6', 1],
];
for (const [text, line] of faults) {
  test(`refused as libvirt refuses it: ${JSON.stringify(text)}`, () => {
    assert.throws(
      () => readLibvirtConf(text),
      error => error instanceof ConfError && error.line === line,
    );
  });
}

test('any text is read or refused with a ConfError', () => {
  const piece = fc.constantFrom('a', ' ', '=', '"', "'", '[', ']', ',', '#', '\n', '5', '"""');
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 30 }), pieces => {
      try {
        readLibvirtConf(pieces.join(''));
      } catch (error) {
        assert.ok(error instanceof ConfError, String(error));
      }
    }),
  );
});
