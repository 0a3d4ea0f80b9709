import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { openBundle } from '#cli/open-bundle';
import { planId } from '#plan/plan-id';
import { terminalStyle } from '#report/human/style';
import { planText } from '#report/plan/plan-text';
import { judgeAll, planOf } from './plan-of.js';
import { assertSound, shuffled } from './sound-plan.js';

/** Plans for the captured machines, as people read them: `plan.txt`, written anew by `npm run golden`. */
const folder = 'test/machines';
const isGolden = process.env['NEARMETAL_GOLDEN'] !== undefined;

for (const name of readdirSync(folder)) {
  test(`${name}: the plan is sound, the same each time, and reads as expected`, async () => {
    const origin: { readonly bundle: string } = JSON.parse(readFileSync(join(folder, name, 'origin.json'), 'utf8'));
    const judged = judgeAll(await openBundle({ kind: 'bundle', path: origin.bundle }));
    const plan = planOf(judged);
    assertSound(plan);
    assert.ok(plan.changes.length > 10);
    assert.match(plan.host.id ?? '', /^[0-9a-f]{16}$/);
    assert.equal(JSON.stringify(planOf(judged)), JSON.stringify(plan));
    assert.equal(JSON.stringify(planOf(shuffled(judged, 7))), JSON.stringify(plan));
    const text = planText(plan, { id: planId(plan), file: 'plan.json', isVerbose: false }, terminalStyle(false, 100));
    const file = join(folder, name, 'plan.txt');
    if (isGolden) writeFileSync(file, text);
    assert.equal(text, readFileSync(file, 'utf8'));
  });
}
