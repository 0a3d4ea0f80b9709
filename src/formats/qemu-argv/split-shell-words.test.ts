import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import test from 'node:test';
import fc from 'fast-check';
import { ShellError, splitShellWords } from '#formats/qemu-argv/split-shell-words';
import { quoteShellWord } from '#units/quote-shell-word';

test('words are split as a shell splits them', () => {
  const line = `A=1 /usr/bin/qemu -object '{"id":"x"}' -name "a \\"b\\" c" \\\n  -append 'it'\\''s' x\\ y ''`;
  const bySh = execFileSync('sh', ['-c', `A=1; set -- ${line.slice(4)}; printf '%s\\0' "$@"`], { encoding: 'utf8' });
  assert.deepEqual(splitShellWords(line), ['A=1', ...bySh.split('\0').slice(0, -1)]);
});

test('what is quoted comes back as it was', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: 'binary' }).filter(word => !word.includes('\0'))), words => {
      assert.deepEqual(splitShellWords(words.map(quoteShellWord).join(' ')), words);
    }),
  );
});

test('any text is split or refused, nothing else', () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom("'", '"', '\\', ' ', '\n', 'a', '$') }), text => {
      try {
        splitShellWords(text);
      } catch (error) {
        assert.ok(error instanceof ShellError);
      }
    }),
  );
});

test('a quotation without end is an error', () => {
  assert.throws(() => splitShellWords("qemu 'a"), /inside a quotation/);
});
