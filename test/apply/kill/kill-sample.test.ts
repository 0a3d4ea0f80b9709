import assert from 'node:assert/strict';
import { randomInt } from 'node:crypto';
import test from 'node:test';
import { planOf } from '../plan-of.js';
import { hostChanges } from './kill-plan.js';
import { makeScene } from './kill-scene.js';
import { killApply, killUndo, takePictures } from './killed-runs.js';
import { randomOf } from './random-of.js';

test('an apply that is killed anywhere is taken back, or finished and taken back, byte for byte', async t => {
  const seed = Number(process.env['NEARMETAL_KILL_SEED'] ?? randomInt(1_000_000));
  t.diagnostic(`seed ${seed} (NEARMETAL_KILL_SEED repeats it)`);
  const random = randomOf(seed);
  const plan = planOf(hostChanges);
  assert.ok(plan.changes.length >= 25);
  const scene = makeScene(plan);
  try {
    const pictures = await takePictures(scene);
    const counts = { nothing: 0, unfinished: 0, through: 0 };
    for (let at = 0; at < 16; at++) {
      const how =
        at % 2 === 0 ? { point: 1 + random(pictures.points) } : { afterMs: random(Math.ceil(pictures.lastsMs)) };
      counts[await killApply(scene, plan, pictures, how, at % 4 < 2 ? 'undo' : 'finish')]++;
    }
    const anyOf = (part: number): number => 1 + random(Math.floor(pictures.points * part));
    for (let at = 0; at < 4; at++) await killUndo(scene, pictures, { point: anyOf(0.5) });
    for (const settled of ['undo', 'finish'] as const)
      await killApply(scene, plan, pictures, { interrupted: anyOf(1) }, settled);
    await killUndo(scene, pictures, { interrupted: anyOf(0.5) });
    t.diagnostic(
      `${plan.changes.length} changes, ${pictures.points} points; 20 of them tried: ${JSON.stringify(counts)}, 4 in the undo; Ctrl-C at 3`,
    );
  } finally {
    scene.remove();
  }
});
