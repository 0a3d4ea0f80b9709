import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { parseKernelCommandLine } from '#formats/kernel-cmdline';

const pairs = (text: string) => parseKernelCommandLine(text).words.map(({ name, value }) => [name, value]);

test('words keep their order, their values and their repetition', () => {
  assert.deepEqual(pairs('BOOT_IMAGE=/vmlinuz root=UUID=1-2 ro quiet hugepagesz=2M hugepages=512 hugepagesz=1G\n'), [
    ['BOOT_IMAGE', '/vmlinuz'],
    ['root', 'UUID=1-2'],
    ['ro', undefined],
    ['quiet', undefined],
    ['hugepagesz', '2M'],
    ['hugepages', '512'],
    ['hugepagesz', '1G'],
  ]);
});

test('quotes keep blanks together and are not part of the value', () => {
  assert.deepEqual(pairs('a="x y" "b=x y" "c d" e=x" "y f='), [
    ['a', 'x y'],
    ['b', 'x y'],
    ['c d', undefined],
    ['e', 'x" "y'],
    ['f', ''],
  ]);
});

test('what follows -- is for init', () => {
  const line = parseKernelCommandLine('quiet -- --log level hugepages=3');
  assert.deepEqual(line.words.length, 1);
  assert.deepEqual(line.init, ['--log', 'level', 'hugepages=3']);
});

test('oddities of the kernel: an equals sign in front, an open quote, nothing at all', () => {
  assert.deepEqual(pairs('=a=b'), [['=a', 'b']]);
  assert.deepEqual(pairs('a="open to the end'), [['a', 'open to the end']]);
  assert.deepEqual(pairs(' \n\t'), []);
});

test('start names the place of the word', () => {
  assert.deepEqual(
    parseKernelCommandLine('  quiet a=1').words.map(word => word.start),
    [2, 8],
  );
});

test('any text is read without harm, and plain words come back as they were', () => {
  fc.assert(fc.property(fc.string({ maxLength: 200 }), text => void parseKernelCommandLine(text)));
  fc.assert(
    fc.property(fc.array(fc.stringMatching(/^[a-z_.]{1,8}(=[a-z0-9,:]{0,8})?$/)), words => {
      assert.deepEqual(
        parseKernelCommandLine(words.join(' ')).words.map(({ name, value }) =>
          value === undefined ? name : `${name}=${value}`,
        ),
        words,
      );
    }),
  );
  assert.ok(parseKernelCommandLine('"'.repeat(10_000_000)).words.length <= 1);
});
