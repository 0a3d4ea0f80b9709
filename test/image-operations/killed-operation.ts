import assert from 'node:assert/strict';
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, lstatSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Operation, View } from './scenes.js';

const main = new URL('../../src/cli/main.js', import.meta.url).pathname;
const preload = new URL('./kill-at.js', import.meta.url).pathname;

/** How a command ended. */
export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly out: string;
  readonly err: string;
}

/** A folder with the images of an operation, another with what is expected, and a ledger. */
export interface Scene {
  readonly operation: Operation;
  /** Images are here; nothing else. */
  readonly folder: string;
  readonly state: string;
  /** Puts all back as it was at first, the ledger away. */
  reset(): void;
  /** All files, with their bytes, rights and stamps. */
  picture(): ReadonlyMap<string, string>;
  /** Runs `nearmetal WORDS`. */
  run(words: readonly string[], how?: Ending): Promise<Ended>;
  /** How many calls of the operation make something last, and how long it takes, in milliseconds. */
  measure(words: readonly string[]): Promise<{ readonly points: number; readonly lastsMs: number }>;
  expected(name: string): string;
}

/** How a run is ended: `at` as `kill-at` takes it, or everything of it is killed after a time. */
export interface Ending {
  readonly at?: string;
  readonly afterMs?: number;
  readonly count?: string;
}

/** Makes the images of an operation below `home`; `at`: the folder where they are worked on. */
export function makeScene(home: string, operation: Operation, at?: string): Scene {
  const place = (name: string): string => join(home, operation.name.replaceAll(/\W+/g, '-'), name);
  const folder = at ?? place('images');
  const [state, first, raw] = [place('state'), place('first'), place('raw')];
  for (const one of [folder, first, raw]) mkdirSync(one, { recursive: true });
  operation.make(first);
  for (const name of readdirSync(first))
    if (name === 'expected.raw' || operationExpects(operation, name)) execFileSync('mv', [join(first, name), raw]);
  const scene: Scene = {
    operation,
    folder,
    state,
    expected: name => join(raw, name),
    reset() {
      rmSync(state, { recursive: true, force: true });
      for (const name of readdirSync(folder)) rmSync(join(folder, name), { recursive: true });
      execFileSync('cp', ['-a', '--sparse=always', `${first}/.`, folder]);
    },
    picture: () => new Map(readdirSync(folder).map(name => [name, lineOf(join(folder, name))])),
    async run(words, { at, afterMs, count } = {}) {
      const child = spawn(process.execPath, ['--import', preload, main, ...words], {
        cwd: folder,
        detached: true,
        stdio: ['ignore', 'pipe', 'pipe'],
        env: {
          ...process.env,
          NEARMETAL_STATE_DIR: state,
          NO_COLOR: '1',
          ...(at !== undefined && { NEARMETAL_TEST_KILL_AT: at }),
          ...(count !== undefined && { NEARMETAL_TEST_KILL_COUNT: count }),
        },
      });
      let [out, err] = ['', ''];
      child.stdout.on('data', part => {
        out += part;
      });
      child.stderr.on('data', part => {
        err += part;
      });
      const ended = once(child, 'close');
      if (afterMs !== undefined) {
        await Promise.race([sleep(afterMs), ended]);
        try {
          process.kill(-(child.pid ?? 0), 'SIGKILL');
        } catch {
          // it has ended
        }
      }
      const [code, signal] = await ended;
      return { code, signal, out, err };
    },
    async measure(words) {
      const file = join(home, 'count');
      const began = performance.now();
      const { code, err, out } = await scene.run(words, { count: file });
      assert.equal(code, 0, `${words.join(' ')}: ${err}${out}`);
      return { points: Number(readFileSync(file, 'utf8')), lastsMs: performance.now() - began };
    },
  };
  scene.reset();
  return scene;
}

const operationExpects = (operation: Operation, name: string): boolean =>
  name === operation.new.expected || operation.always.some(({ expected }) => expected === name);

const hashOf = (path: string): string => createHash('sha256').update(readFileSync(path)).digest('hex').slice(0, 16);

function lineOf(path: string): string {
  const { mode, uid, gid, ino, mtimeNs, size } = lstatSync(path, { bigint: true });
  return `${(Number(mode) & 0o7777).toString(8)} ${uid}:${gid} inode ${ino} size ${size} at ${mtimeNs} ${hashOf(path)}`;
}

const bytesOf = (line: string | undefined): string | undefined => line?.split(' ').at(-1);

/** Asserts that an image is whole, and reads as a raw file does. */
function judgeView(scene: Scene, { path, format, expected }: View, told: string): void {
  const file = join(scene.folder, path);
  if (['qcow2', 'qed', 'vdi', 'vhdx'].includes(format)) {
    const check = spawnSync('qemu-img', ['check', '-f', format, file], { encoding: 'utf8' });
    // 3: leaks, which an image that is to be repaired has
    const isFine = check.status === 0 || (check.status === 3 && scene.operation.name === 'repair');
    assert.ok(isFine, `${told}: qemu-img check ${path}: ${check.stdout}${check.stderr}`);
  }
  const compared = spawnSync('qemu-img', ['compare', '-f', format, '-F', 'raw', file, scene.expected(expected)], {
    encoding: 'utf8',
  });
  assert.equal(
    compared.status,
    0,
    `${told}: qemu-img compare ${path} ${expected}: ${compared.stdout}${compared.stderr}`,
  );
}

/** Which state the images of a scene are in; asserts that it is the old or the new, wholly. `before`: the picture at first. */
export function judge(scene: Scene, before: ReadonlyMap<string, string>, told: string): 'old' | 'new' {
  const { operation } = scene;
  const now = scene.picture();
  for (const [name, line] of before)
    if (name !== operation.path) assert.equal(now.get(name), line, `${told}: ${name} was left alone`);
  for (const view of operation.always) judgeView(scene, view, told);
  const isOld = bytesOf(now.get(operation.path)) === bytesOf(before.get(operation.path));
  const ours = new RegExp(`^\\.${operation.path}\\.nearmetal$|^${operation.path}\\.before-\\d{8}T\\d{6}Z$`);
  const more = [...now.keys()].filter(name => name !== operation.path && !before.has(name));
  assert.deepEqual(
    more.filter(name => !ours.test(name)),
    [],
    `${told}: nothing else is there`,
  );
  if (isOld) return 'old';
  judgeView(scene, { path: operation.path, ...operation.new }, told);
  const size = operation.new.size;
  if (size !== undefined) {
    const info = execFileSync('qemu-img', ['info', '-U', '--output=json', join(scene.folder, operation.path)]);
    assert.equal(JSON.parse(info.toString())['virtual-size'], size, `${told}: the size`);
  }
  if (before.has(operation.path)) {
    const kept = more.find(name => name.includes('.before-'));
    assert.equal(now.get(kept ?? ''), before.get(operation.path), `${told}: the old file is kept`);
  }
  return 'new';
}

/** Whether the lock of the ledger is free: no lock, or one that was given back. */
function assertFree({ state }: Scene, told: string): void {
  const names = existsSync(state) ? readdirSync(state) : [];
  const locks = names.filter(name => /^lock\.\d+$/.test(name));
  assert.ok(locks.length <= 1, `${told}: ${locks.join(' ')}`);
  for (const name of locks)
    assert.match(readFileSync(join(state, name), 'utf8'), /"released":true/, `${told}: the lock is given back`);
  assert.deepEqual(
    names.filter(name => name.endsWith('.sock')),
    [],
    `${told}: nobody listens`,
  );
}

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
