import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { resolveConflicts } from '#check/resolve-conflicts';
import { runRules } from '#check/run-rules';
import { openBundle } from '#cli/open-bundle';
import { collectMachine } from '#collect/machine';
import { conflicts } from '#rules/conflicts';
import { rules } from '#rules/index.gen';
import { noWishes } from '#wishes/wishes';

/**
 * Captured machines and what the rules find on them: `expected.json` lists every finding, rule and subject with its severity, and how
 * many outcomes of each other kind there are. `npm run golden` writes it anew; the difference is reviewed.
 */
const folder = 'test/machines';
const isGolden = process.env['NEARMETAL_GOLDEN'] !== undefined;

for (const name of readdirSync(folder)) {
  test(`${name}: the findings are those expected, and no rule crashes`, async () => {
    const origin: { readonly origin: string; readonly bundle: string } = JSON.parse(
      readFileSync(join(folder, name, 'origin.json'), 'utf8'),
    );
    assert.match(origin.origin, /^(?:captured|written from )/);
    const machine = collectMachine(await openBundle({ kind: 'bundle', path: origin.bundle }));
    const outcomes = resolveConflicts(runRules(machine, rules, noWishes, new Date('2026-11-22T20:00:00Z')), conflicts);
    const counts: Record<string, number> = {};
    const findings: string[] = [];
    for (const one of outcomes) {
      assert.notEqual(one.outcome, 'crashed', one.rule.id);
      if (one.outcome !== 'bad') counts[one.outcome] = (counts[one.outcome] ?? 0) + 1;
      else
        findings.push(
          `${one.rule.id} ${one.subject.guest === undefined ? '' : `${one.subject.guest} `}${one.subject.name}: ${one.severity}`,
        );
    }
    const found = { findings: findings.sort(), others: counts };
    const file = join(folder, name, 'expected.json');
    if (isGolden) writeFileSync(file, `${JSON.stringify(found, undefined, 2)}\n`);
    assert.deepEqual(found, JSON.parse(readFileSync(file, 'utf8')));
  });
}
