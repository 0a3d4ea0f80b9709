import { execFileSync } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { after, before } from 'node:test';
import { randomOf } from '../apply/kill/random-of.js';
import { fillUp, interrupt, killOperation, killUndo } from '../image-operations/killed-operation.js';
import { makeScene } from '../image-operations/scene.js';
import { operations } from '../image-operations/scenes.js';
import { missingParts } from '../live/missing-parts.js';

const skip = missingParts(['qemu-img', 'qemu-io']) ?? false;
const seed = Number(process.env['NEARMETAL_KILL_SEED'] ?? randomInt(1_000_000));
/** Random instants of each operation. */
const instants = Number(process.env['NEARMETAL_KILL_COUNT'] ?? 40);
let home: string;

before(() => {
  home = mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'nearmetal-images-'));
});
after(() => rmSync(home, { recursive: true, force: true }));

for (const operation of operations)
  test(`image ${operation.name}, killed at every call, at random instants, while taken back, on a full disk`, {
    skip,
  }, async t => {
    const random = randomOf(seed);
    const scene = makeScene(home, operation);
    const { points, lastsMs } = await scene.measure(['image', ...operation.words, '--yes', '--quiet']);
    const back = await scene.measure(['undo', '1', '--yes', '--quiet']);
    const tally = { untouched: 0, old: 0, new: 0 };
    for (let point = 1; point <= points; point++)
      await killOperation(scene, { at: String(point) }, point % 4 < 2 ? 'undo' : 'finish', tally);
    for (let at = 0; at < instants; at++)
      await killOperation(scene, { afterMs: random(Math.ceil(lastsMs)) }, at % 2 === 0 ? 'undo' : 'finish', tally);
    for (let point = 1; point <= back.points; point++) await killUndo(scene, { at: String(point) });
    for (let point = 1; point <= points; point += 4) await interrupt(scene, point);
    t.diagnostic(`seed ${seed}, ${points} calls, ${instants} instants, ${back.points} calls of undo`);
    t.diagnostic(JSON.stringify(tally));
    rmSync(join(scene.folder, '..'), { recursive: true, force: true });

    const disk = join(home, 'disk');
    mkdirSync(disk, { recursive: true });
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64m', 'none', disk]);
    try {
      const full = { old: 0, new: 0 };
      const small = makeScene(home, operation, join(disk, 'images'));
      for (let point = 1; point <= points; point += 2) full[await fillUp(small, point, join(disk, 'full'))]++;
      t.diagnostic(`full disk: ${JSON.stringify(full)}`);
      rmSync(join(home, operation.name.replaceAll(/\W+/g, '-')), { recursive: true, force: true });
    } finally {
      execFileSync('umount', [disk]);
    }
  });
