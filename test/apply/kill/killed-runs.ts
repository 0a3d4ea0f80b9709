import assert from 'node:assert/strict';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { openLedger } from '#apply/ledger';
import { readRuns } from '#apply/read-runs';
import { resumeRun } from '#apply/resume-run';
import type { Target } from '#apply/target';
import type { Undone } from '#apply/undo-run';
import type { Plan } from '#plan/plan';
import { diskTarget } from './disk-machine.js';
import type { KillScene } from './kill-scene.js';
import { requestFor, undoFirst } from './requests.js';

/** A scene with what it was and what the plan makes of it. */
export interface Pictures {
  readonly before: string;
  readonly after: string;
  /** How many calls of the process make something last. */
  readonly points: number;
  /** How long the process takes. */
  readonly lastsMs: number;
}

/** What beside the folder belongs to the machine: guests. */
export interface Beside {
  readonly parts: Partial<Target>;
  /** Puts it back as it was at first. */
  reset(): Promise<void>;
  picture(): Promise<string>;
}

const nothing: Beside = { parts: {}, reset: async () => undefined, picture: async () => '' };

/** Runs a process to its end, or until it is killed. Gives what it printed; rejects where it failed by itself. */
export async function runThrough(
  scene: KillScene,
  doing: 'apply' | 'undo',
  point: number | string,
  killAfterMs?: number,
): Promise<string> {
  const child = scene.start(doing, point);
  let out = '';
  let err = '';
  child.stdout?.on('data', part => {
    out += part;
  });
  child.stderr?.on('data', part => {
    err += part;
  });
  const ended = once(child, 'close');
  if (killAfterMs !== undefined) {
    await sleep(killAfterMs);
    child.kill('SIGKILL');
  }
  const [code, signal] = await ended;
  if (signal !== 'SIGKILL' && code !== 0) throw new Error(`${doing} at ${point} failed: ${err}`);
  return out;
}

const pictureOf = async (scene: KillScene, beside: Beside): Promise<string> =>
  `${scene.picture()}\n${await beside.picture()}`;

/** Applies and undoes without being killed, and looks what that comes to. */
export async function takePictures(scene: KillScene, beside: Beside = nothing): Promise<Pictures> {
  scene.reset();
  await beside.reset();
  const before = await pictureOf(scene, beside);
  const began = performance.now();
  const points = Number(await runThrough(scene, 'apply', 0));
  const lastsMs = performance.now() - began;
  const after = await pictureOf(scene, beside);
  assert.notEqual(after, before);
  await undoFirst(diskTarget(scene.folder, beside.parts), scene.state);
  assert.equal(await pictureOf(scene, beside), before, 'undone without having been killed');
  return { before, after, points, lastsMs };
}

/** How a killed run is settled. */
export type Settled = 'undo' | 'finish';

/** Where a run ends: at a call, after a time; `interrupted`: by Ctrl-C at that call, after the step in hand. */
export type Ends = { readonly point: number } | { readonly afterMs: number } | { readonly interrupted: number };

/** Ends an apply somewhere, settles it, and holds what is there against what was. Gives whether the run had begun. */
export async function killApply(
  scene: KillScene,
  plan: Plan,
  { before, after }: Pictures,
  how: Ends,
  settled: Settled,
  beside: Beside = nothing,
): Promise<'nothing' | 'unfinished' | 'through'> {
  scene.reset();
  await beside.reset();
  const told = toldOf(how);
  await runThrough(scene, 'apply', pointOf(how), 'afterMs' in how ? how.afterMs : undefined);
  const target = diskTarget(scene.folder, beside.parts);
  const [story] = readRuns(openLedger(scene.state)).stories;
  if (story === undefined) {
    assert.equal(await pictureOf(scene, beside), before, `${told}: nothing had begun`);
    return 'nothing';
  }
  const was = story.result === undefined || story.result === 'interrupted' ? 'unfinished' : 'through';
  if (settled === 'finish' && was === 'unfinished' && story.isReady) {
    const { plan: _, wants, blockers, ...request } = requestFor(target, scene.state, plan);
    await resumeRun(request, story);
    assert.equal(await pictureOf(scene, beside), after, `${told} and finished`);
  }
  const undone = await undoFirst(target, scene.state);
  assertSettled(undone, told);
  assert.equal(await pictureOf(scene, beside), before, `${told}, ${settled === 'finish' ? 'finished and ' : ''}undone`);
  assert.deepEqual(readRuns(openLedger(scene.state)).unfinished, [], `${told}: all runs are settled`);
  return was;
}

/** A guest that runs has what was taken back only when it is off and on again. */
function assertSettled(undone: Undone | undefined, told: string): void {
  const why = (undone?.story?.changes ?? []).flatMap(({ planned: { number }, state, why: reason }) =>
    reason === undefined ? [] : [`${number} ${state}: ${reason}`],
  );
  assert.match(undone?.result ?? 'not begun', /^(?:held|pending)$/, `${told}: ${why.join('; ')}`);
}

const pointOf = (how: Ends): number | string =>
  'point' in how ? how.point : 'interrupted' in how ? `int:${how.interrupted}` : 0;

const toldOf = (how: Ends): string =>
  'point' in how
    ? `killed at call ${how.point}`
    : 'interrupted' in how
      ? `interrupted at call ${how.interrupted}`
      : `killed after ${how.afterMs} ms`;

/** Applies, ends the undo at a point, and undoes once more. */
export async function killUndo(
  scene: KillScene,
  { before }: Pictures,
  how: Ends,
  beside: Beside = nothing,
): Promise<void> {
  scene.reset();
  await beside.reset();
  await runThrough(scene, 'apply', 0);
  await runThrough(scene, 'undo', pointOf(how));
  const undone = await undoFirst(diskTarget(scene.folder, beside.parts), scene.state);
  assertSettled(undone, `undo ${toldOf(how)}`);
  assert.equal(await pictureOf(scene, beside), before, `undo ${toldOf(how)}, and finished`);
  assert.deepEqual(readRuns(openLedger(scene.state)).unfinished, []);
}
