import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { isGlob, matchesGlob } from '#units/glob';

test('stars, question marks and sets match as in the shell', () => {
  for (const [pattern, text, expected] of [
    ['sd*', 'sda', true],
    ['sd[a-z]', 'sda', true],
    ['sd[a-z]', 'sda1', false],
    ['sd*[!0-9]', 'sda', true],
    ['sd*[!0-9]', 'sda1', false],
    ['nvme[0-9]n[0-9]', 'nvme0n1', true],
    ['?da', 'sda', true],
    ['*', '', true],
    ['a*b*c', 'aXbYbZc', true],
    ['a*b*c', 'aXbYbZ', false],
    ['[]a]', ']', true],
    ['[!]a]', 'b', true],
    ['[', '[', true],
    ['\\*', '*', true],
    ['\\*', 'x', false],
    ['[a-]', '-', true],
  ] as const)
    assert.equal(matchesGlob(pattern, text), expected, `${pattern} ${text}`);
});

test('a star stops at a slash in paths, and only there', () => {
  assert.equal(matchesGlob('/sys/block/*/queue/scheduler', '/sys/block/sda/queue/scheduler'), true);
  assert.equal(matchesGlob('/sys/block/*/scheduler', '/sys/block/sda/queue/scheduler'), false);
  assert.equal(matchesGlob('/sys/*', '/sys/a/b', { slash: 'is-like-any' }), true);
  assert.equal(matchesGlob('/sys?a', '/sys/a'), false);
});

test('every text matches itself when its wildcards are escaped, and a star matches it too', () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 60 }), text => {
      assert.equal(matchesGlob(text.replaceAll(/[\\*?[]/g, '\\$&'), text), true);
      assert.equal(matchesGlob('*', text, { slash: 'is-like-any' }), true);
      matchesGlob(text, 'sda');
    }),
  );
});

test('a hostile pattern takes no more than pattern times text', () => {
  const before = performance.now();
  assert.equal(matchesGlob(`${'*a'.repeat(2000)}b`, 'a'.repeat(4000)), false);
  assert.equal(matchesGlob('*'.repeat(5000), 'a'), false);
  assert.ok(performance.now() - before < 30_000);
});

test('isGlob tells patterns from names', () => {
  assert.equal(isGlob('vm.swappiness'), false);
  assert.equal(isGlob('net.ipv4.conf.*.rp_filter'), true);
});
