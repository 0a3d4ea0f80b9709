import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'node:test';
import fc from 'fast-check';
import { diffLines } from '#plan/diff-lines';
import { unifiedDiff } from '#plan/unified-diff';

const side = (name: string, text: string | undefined) => ({ name, text });
const has = (program: string): boolean => spawnSync(program, ['--version']).status === 0;

test('a line that is changed stands between three that stay', () => {
  const old = 'a\nb\nc\nd\ne\nf\ng\nh\n';
  assert.equal(
    unifiedDiff(side('/etc/x', old), side('/etc/x', old.replace('e', 'E'))),
    '--- /etc/x\n+++ /etc/x\n@@ -2,7 +2,7 @@\n b\n c\n d\n-e\n+E\n f\n g\n h\n',
  );
});

test('a file that is made comes from /dev/null, one that goes leads there', () => {
  assert.equal(unifiedDiff(side('/x', undefined), side('/x', 'a\n')), '--- /dev/null\n+++ /x\n@@ -0,0 +1 @@\n+a\n');
  assert.equal(unifiedDiff(side('/x', 'a\n'), side('/x', undefined)), '--- /x\n+++ /dev/null\n@@ -1 +0,0 @@\n-a\n');
});

test('a last line without a newline says so', () => {
  assert.equal(
    unifiedDiff(side('x', 'a'), side('x', 'a\n')),
    '--- x\n+++ x\n@@ -1 +1 @@\n-a\n\\ No newline at end of file\n+a\n',
  );
});

test('equal texts have no difference', () => {
  assert.equal(unifiedDiff(side('x', 'a\nb'), side('x', 'a\nb')), '');
});

const lines = fc.array(fc.constantFrom('a', 'b', 'c', 'd', '', '<x/>', '  y'), { maxLength: 30 });
const text = fc
  .tuple(lines, fc.boolean())
  .map(([all, hasEnd]) => all.join('\n') + (hasEnd && all.length > 0 ? '\n' : ''));

test('what stays and goes is the old text, what stays and comes the new one, and no line more than need be is touched', () => {
  const lcs = (a: readonly string[], b: readonly string[]): number => {
    const table = a.map(() => b.map(() => 0));
    const at = (i: number, j: number): number => table[i]?.[j] ?? 0;
    a.forEach((x, i) => {
      const row = table[i];
      b.forEach((y, j) => {
        if (row !== undefined) row[j] = x === y ? at(i - 1, j - 1) + 1 : Math.max(at(i - 1, j), at(i, j - 1));
      });
    });
    return at(a.length - 1, b.length - 1);
  };
  fc.assert(
    fc.property(lines, lines, (from, to) => {
      const edits = diffLines(from, to);
      assert.deepEqual(
        edits.flatMap(({ edit, line }) => (edit === 'add' ? [] : [line])),
        from,
      );
      assert.deepEqual(
        edits.flatMap(({ edit, line }) => (edit === 'remove' ? [] : [line])),
        to,
      );
      assert.equal(edits.filter(({ edit }) => edit === 'keep').length, lcs(from, to));
    }),
    { numRuns: 1000 },
  );
});

test('texts without a line in common, of many lines, are told in time', () => {
  const many = (word: string): readonly string[] => [...Array(20_000).keys()].map(at => `${word}${at}`);
  const begin = performance.now();
  assert.equal(diffLines(many('a'), many('b')).length, 40_000);
  assert.ok(performance.now() - begin < 20_000);
});

test('patch makes the new text of the old one, and the old one again', { skip: !has('patch') && 'no patch' }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'nearmetal-diff-'));
  const file = join(folder, 'file');
  try {
    fc.assert(
      fc.property(text, text, fc.integer({ min: 0, max: 4 }), (old, now, context) => {
        fc.pre(old !== now && old !== '' && now !== '');
        writeFileSync(file, old);
        const diff = unifiedDiff(side('file', old), side('file', now), context);
        execFileSync('patch', ['-s', '--posix', file], { input: diff });
        assert.equal(readFileSync(file, 'utf8'), now);
        execFileSync('patch', ['-s', '-R', '--posix', file], { input: diff });
        assert.equal(readFileSync(file, 'utf8'), old);
      }),
      { numRuns: 60 },
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('it reads as diff -u does, but for the lines chosen', { skip: !has('diff') && 'no diff' }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'nearmetal-diff-'));
  const [one, other] = [join(folder, 'one'), join(folder, 'other')];
  const counts = (diff: string): readonly number[] =>
    ['+', '-'].map(mark => diff.split('\n').filter(line => line.startsWith(mark)).length);
  try {
    fc.assert(
      fc.property(text, text, (old, now) => {
        fc.pre(old !== now);
        writeFileSync(one, old);
        writeFileSync(other, now);
        const theirs = spawnSync('diff', ['-u', '--minimal', one, other], { encoding: 'utf8' }).stdout;
        assert.deepEqual(counts(unifiedDiff(side(one, old), side(other, now))), counts(theirs));
      }),
      { numRuns: 60 },
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
});
