import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { lstatSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Operation } from './scenes.js';

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

/** The hash of the bytes, of a line of a picture. */
export const bytesOf = (line: string | undefined): string | undefined => line?.split(' ').at(-1);
