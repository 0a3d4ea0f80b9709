import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { runRules } from '#check/run-rules';
import { openBundle } from '#cli/open-bundle';
import { renderReport } from '#cli/render-report';
import { collectMachine } from '#collect/machine';
import type { CheckReport } from '#report/check-report';
import { terminalStyle } from '#report/human/style';
import { rules } from '#rules/index.gen';
import { noWishes } from '#wishes/wishes';

/**
 * How the findings on the captured machines look in each format: of a few rules and guests, so that a person can read the difference
 * when `npm run golden` wrote them anew.
 */
const folder = 'test/machines';
const isGolden = process.env['NEARMETAL_GOLDEN'] !== undefined;

const shownRules: ReadonlySet<string> = new Set([
  'guest-disk/cache-unsafe',
  'guest-net/virtio-model',
  'host-memory/hugetlbfs-mounted',
  'host-memory/swappiness-range',
]);
const shownGuests: ReadonlySet<string> = new Set(['web03', 'batch1', 'net1']);
const files: Readonly<Record<string, string>> = {
  human: 'report.txt',
  sarif: 'report.sarif',
  junit: 'report.junit.xml',
  markdown: 'report.md',
  prometheus: 'report.prom',
};

for (const name of readdirSync(folder)) {
  test(`${name}: a few findings look as expected in each format`, async () => {
    const origin: { readonly bundle: string } = JSON.parse(readFileSync(join(folder, name, 'origin.json'), 'utf8'));
    const machine = collectMachine(await openBundle({ kind: 'bundle', path: origin.bundle }));
    const at = new Date('2026-11-22T20:00:00Z');
    const outcomes = runRules(
      machine,
      rules.filter(({ id }) => shownRules.has(id)),
      noWishes,
      at,
    ).filter(({ subject }) => subject.kind === 'host' || shownGuests.has(subject.guest ?? subject.name));
    const report: CheckReport = {
      version: '0.0.0',
      policy: 'current',
      machine,
      outcomes,
      at,
      failOn: 'warning',
      exitCode: 2,
      tookMs: 400,
    };
    for (const [format, fileName] of Object.entries(files)) {
      const text = await renderReport(report, format, 'normal', terminalStyle(false, 100));
      const file = join(folder, name, fileName);
      if (isGolden) writeFileSync(file, text);
      assert.equal(text, readFileSync(file, 'utf8'), file);
    }
  });
}
