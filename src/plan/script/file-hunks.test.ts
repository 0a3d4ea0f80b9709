import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { fileHunks } from '#plan/script/file-hunks';

/** Makes hunks as the exports do. */
function made(text: string, hunks: ReturnType<typeof fileHunks>): string {
  let framed = `\n\u0002\n${text}\n\u0003\n`;
  for (const { from, to } of hunks ?? []) {
    const at = framed.indexOf(from);
    if (at < 0) assert.ok(framed.includes(to));
    else framed = framed.slice(0, at) + to + framed.slice(at + from.length);
  }
  return framed.slice(3, -3);
}

const text = fc.array(fc.constantFrom('', 'a', 'b', 'c', 'a b'), { maxLength: 8 }).map(lines => lines.join('\n'));

test('hunks make one text another, and change nothing when they are made again', () => {
  fc.assert(
    fc.property(text, text, (before, after) => {
      const hunks = fileHunks(before, after, () => true);
      assert.ok(hunks !== undefined);
      assert.equal(made(before, hunks), after);
      assert.equal(made(after, hunks), after);
    }),
  );
});

test('a line that may not be written down is in no hunk; where it would have to be there is none', () => {
  const isSayable = (line: string): boolean => line !== 'secret';
  assert.deepEqual(fileHunks('secret\na\nb\n', 'secret\na\nc\n', isSayable), [{ from: '\nb\n', to: '\nc\n' }]);
  assert.equal(
    fileHunks('secret\n', 'secret\nx\n', line => line !== 'secret' && line !== '\u0003'),
    undefined,
  );
});
