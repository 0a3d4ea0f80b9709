import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { matchesGlob } from '#model/derived/boot-write';

test('stars and question marks stay within one name', () => {
  const path = '/sys/devices/system/node/node1/hugepages/hugepages-2048kB/nr_hugepages';
  assert.ok(matchesGlob('/sys/devices/system/node/node*/hugepages/hugepages-2048kB/nr_hugepages', path));
  assert.ok(matchesGlob('/sys/devices/system/node/node?/hugepages/*/nr_hugepages', path));
  assert.ok(matchesGlob('/sys/devices/system/node/node[0-3]/hugepages/hugepages-2048kB/nr_hugepages', path));
  assert.ok(!matchesGlob('/sys/devices/system/node/node[!1]/hugepages/hugepages-2048kB/nr_hugepages', path));
  assert.ok(!matchesGlob('/sys/devices/*/nr_hugepages', path));
  assert.ok(!matchesGlob('/sys/devices/system/node/node1', path));
});

test('a path without wildcards matches itself only', () => {
  const path = fc.stringMatching(/^\/[a-z/]{1,12}$/);
  fc.assert(fc.property(path, path, (a, b) => assert.equal(matchesGlob(a, b), a === b)));
});

test('a long hostile pattern ends soon', () => {
  const begin = performance.now();
  assert.equal(matchesGlob(`${'*a'.repeat(2000)}b`, 'a'.repeat(4000)), false);
  assert.ok(performance.now() - begin < 2000);
});
