import assert from 'node:assert/strict';
import test from 'node:test';
import { guideCoverage } from '#report/guide-coverage';
import { guideText } from '#report/human/guide-text';
import { terminalStyle } from '#report/human/style';
import { catalogue, waitsFor } from '#rules/catalogue';
import { rules } from '#rules/index.gen';
import { sections } from '#rules/sections';

const coverage = guideCoverage({ sections, catalogue, waitsFor }, rules);

/** Headings of the guide that hold no text of their own but sections. */
const isHeading = (section: string): boolean => sections.some(([other]) => other.startsWith(`${section}.`));

test('every section of the guide from 2.1 to 7.8 has its practices', () => {
  const bare = coverage.sections.filter(
    ({ section, implemented, gates, waiting }) =>
      section !== '1' && !isHeading(section) && implemented.length + gates.length + waiting.length === 0,
  );
  assert.deepEqual(
    bare.map(({ section }) => section),
    [],
  );
});

test('no practice is missing: what has no rule waits for something that is named', () => {
  assert.deepEqual(
    coverage.sections.flatMap(({ missing }) => missing),
    [],
  );
  assert.equal(coverage.missing, 0);
  assert.equal(coverage.implemented + coverage.gates + coverage.waiting, coverage.practices);
  assert.equal(coverage.practices, catalogue.length);
});

test('what waits is in the catalogue, has no rule, and says for what', () => {
  const ids = new Map(catalogue);
  const implemented = new Set(rules.map(({ id }) => id));
  for (const [id, reason] of Object.entries(waitsFor)) {
    assert.ok(ids.has(id), id);
    assert.ok(!implemented.has(id), `${id} has a rule: take it from the list`);
    assert.match(reason, /^the (?:image readers|conversion of images): /);
  }
});

test('the gates are those about changes', () => {
  assert.deepEqual(
    rules
      .filter(({ judgedBy }) => judgedBy === 'gate')
      .map(({ id }) => id)
      .sort(),
    [
      'guest-boot/machine-type-windows-snapshot',
      'image/compression-with-encryption',
      'libvirt-hygiene/backup-before-change',
      'libvirt-hygiene/test-before-production',
    ],
  );
});

test('--missing tells only of what check does not judge, with the reason', () => {
  const text = guideText(coverage, terminalStyle(false, 100), true);
  for (const [id, reason] of Object.entries(waitsFor)) {
    assert.ok(text.includes(id));
    assert.ok(text.replaceAll(/\s+/g, ' ').includes(reason), reason);
  }
  assert.ok(!text.includes('✓'));
});
