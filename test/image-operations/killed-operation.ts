import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { assertFree, judge, judgeView } from './judge.js';
import type { Ending, Scene } from './scene.js';

/** What an end in the midst came to. */
export interface Tally {
  untouched: number;
  old: number;
  new: number;
}

const done = (code: number | null): boolean => code === 0;

/**
 * Ends an operation somewhere, and judges what is there; then settles it: takes it back, or finishes it and takes it back. At last all is as it was at
 * first, byte for byte, and nothing is left over.
 */
export async function killOperation(
  scene: Scene,
  how: Ending,
  settled: 'undo' | 'finish',
  tally: Tally,
): Promise<void> {
  scene.reset();
  const { operation } = scene;
  const before = scene.picture();
  const words = ['image', ...operation.words, '--yes', '--quiet'];
  const told = `${operation.name}, ended ${how.at === undefined ? `after ${how.afterMs} ms` : `at ${how.at}`}, ${settled}`;
  await scene.run(words, how);
  const state = judge(scene, before, told);
  const journal = join(scene.state, 'runs/1/journal.jsonl');
  const hasBegun = existsSync(journal) && readFileSync(journal, 'utf8').includes('\n');
  if (!hasBegun) {
    assert.deepEqual(scene.picture(), before, `${told}: nothing had begun`);
    const again = await scene.run(words);
    assert.ok(done(again.code), `${told}, once more: ${again.err}${again.out}`);
    tally.untouched++;
  } else {
    tally[state]++;
    if (settled === 'finish') await finish(scene, words, told);
  }
  // a number is never given twice: one that was given to what never began is used up
  const run = hasBegun ? '1' : String(Math.max(...readdirSync(join(scene.state, 'runs')).map(Number)));
  const undone = await scene.run(['undo', run, '--yes', '--quiet']);
  assert.ok(done(undone.code), `${told}, undone: ${undone.err}${undone.out}`);
  assert.deepEqual(scene.picture(), before, `${told}, undone: all is as it was`);
  assertFree(scene, told);
  if (settled === 'undo') return;
  const status = await scene.run(['status']);
  assert.equal(status.code, 0, `${told}, undone: ${status.out}${status.err}`);
}

async function finish(scene: Scene, words: readonly string[], told: string): Promise<void> {
  const { operation } = scene;
  const status = await scene.run(['status']);
  if (status.code === 0) return;
  assert.equal(status.code, 4, `${told}: ${status.out}${status.err}`);
  const refused = await scene.run(words);
  assert.notEqual(refused.code, 0, `${told}: no other operation before that one is settled`);
  const finished = await scene.run(['apply', '--resume', '--yes', '--quiet']);
  assert.equal(finished.code, 0, `${told}, finished: ${finished.err}${finished.out}`);
  const names = readdirSync(scene.folder);
  assert.ok(!names.includes(`.${operation.path}.nearmetal`), `${told}, finished: no draft is left`);
  judgeView(scene, { path: operation.path, ...operation.new }, `${told}, finished`);
  for (const view of operation.always) judgeView(scene, view, `${told}, finished`);
}

/** Does an operation, ends its undo somewhere, and undoes once more. */
export async function killUndo(scene: Scene, how: Ending): Promise<void> {
  scene.reset();
  const before = scene.picture();
  const told = `undo of ${scene.operation.name}, ended ${how.at === undefined ? `after ${how.afterMs} ms` : `at ${how.at}`}`;
  const made = await scene.run(['image', ...scene.operation.words, '--yes', '--quiet']);
  assert.equal(made.code, 0, `${told}: ${made.err}`);
  await scene.run(['undo', '1', '--yes', '--quiet'], how);
  judge(scene, before, told);
  if (scene.picture().size !== before.size || !isSame(scene.picture(), before)) {
    const undone = await scene.run(['undo', '1', '--yes', '--quiet']);
    assert.equal(undone.code, 0, `${told}, once more: ${undone.err}${undone.out}`);
  }
  assert.deepEqual(scene.picture(), before, `${told}: all is as it was`);
}

const isSame = (one: ReadonlyMap<string, string>, other: ReadonlyMap<string, string>): boolean =>
  [...one].every(([name, line]) => other.get(name) === line);

/** Presses Ctrl-C at a call; asserts that one state or the other is there and no draft, and takes it back. */
export async function interrupt(scene: Scene, at: number): Promise<'old' | 'new'> {
  scene.reset();
  const before = scene.picture();
  const told = `${scene.operation.name}, interrupted at ${at}`;
  const ended = await scene.run(['image', ...scene.operation.words, '--yes', '--quiet'], { at: `int:${at}` });
  assert.ok(ended.code === 130 || ended.code === 0, `${told}: ${ended.code} ${ended.err}${ended.out}`);
  return settle(scene, before, told);
}

/** Fills the file system at a call; asserts the same, and that no failure goes unsaid. */
export async function fillUp(scene: Scene, at: number, filler: string): Promise<'old' | 'new'> {
  scene.reset();
  const before = scene.picture();
  const told = `${scene.operation.name}, disk full at ${at}`;
  const ended = await scene.run(['image', ...scene.operation.words, '--yes', '--quiet'], {
    at: `full:${at}:${filler}`,
  });
  const state = judge(scene, before, told);
  if (state === 'old') assert.notEqual(ended.code, 0, `${told}: ${ended.out}`);
  else assert.equal(ended.code, 0, `${told}: ${ended.err}${ended.out}`);
  // taking back needs no room
  await settle(scene, before, told);
  rmSync(filler, { force: true });
  return state;
}

/** What was ended in good order has left no draft; it is taken back, where it began. */
async function settle(scene: Scene, before: ReadonlyMap<string, string>, told: string): Promise<'old' | 'new'> {
  const state = judge(scene, before, told);
  const draft = `.${scene.operation.path}.nearmetal`;
  assert.ok(!scene.picture().has(draft), `${told}: no draft is left`);
  if (existsSync(join(scene.state, 'runs/1'))) {
    const undone = await scene.run(['undo', '1', '--yes', '--quiet']);
    assert.equal(undone.code, 0, `${told}, undone: ${undone.err}${undone.out}`);
  }
  assert.deepEqual(scene.picture(), before, `${told}, undone: all is as it was`);
  assertFree(scene, told);
  return state;
}
