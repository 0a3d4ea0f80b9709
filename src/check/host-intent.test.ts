import assert from 'node:assert/strict';
import test from 'node:test';
import { hostIntent } from '#check/host-intent';

test('a host goes by the strictest intent of its guests, and is general where nothing is said', () => {
  assert.equal(hostIntent(['general', 'density', 'database']), 'database');
  assert.equal(hostIntent(['hpc', 'latency']), 'latency');
  assert.equal(hostIntent(['density', 'desktop']), 'desktop');
  assert.equal(hostIntent([]), 'general');
});
