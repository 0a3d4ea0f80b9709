import assert from 'node:assert/strict';
import test from 'node:test';
import { bordersOf, compareVersions, isInRange, parseVersion, versionOfLibvirtNumber } from '#units/version';

const version = (text: string) => parseVersion(text) ?? assert.fail(text);

test('versions are read as their makers write them', () => {
  assert.deepEqual(version('6.4.0-150600.23.25-default').numbers, [6, 4, 0]);
  assert.deepEqual(version('8.2.2 (openSUSE Leap 15.6)').numbers, [8, 2, 2]);
  assert.deepEqual(version('15.6').numbers, [15, 6, 0]);
  assert.equal(parseVersion('rolling'), undefined);
  assert.equal(versionOfLibvirtNumber(10_000_000).text, '10.0.0');
  assert.equal(versionOfLibvirtNumber(7_002_022).text, '7.2.22');
});

test('versions are compared as numbers, not as text', () => {
  assert.ok(compareVersions(version('5.10'), version('5.8')) > 0);
  assert.equal(compareVersions(version('6.1-rc1'), version('6.1')), 0);
});

test('ranges have exact borders', () => {
  assert.ok(isInRange(version('5.8.0'), '>=5.8'));
  assert.ok(!isInRange(version('5.7.19'), '>=5.8'));
  assert.ok(isInRange(version('6.0.9'), '>=4.0 <6.1'));
  assert.ok(!isInRange(version('6.1.0'), '>=4.0 <6.1'));
  assert.throws(() => bordersOf('newer than 5'), TypeError);
});
