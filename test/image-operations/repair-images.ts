import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { missingParts } from '../live/missing-parts.js';
import { sharedData } from '../shared-data.js';

const main = new URL('../../src/cli/main.js', import.meta.url).pathname;
/** Why nothing can be repaired here; false: it can. */
export const noRepair = missingParts(['qemu-img']) ?? (sharedData === undefined ? 'no shared data' : false);

/** How a command ended. */
export interface Ended {
  readonly code: number | null;
  readonly says: string;
}

/** Runs a command in `images` of a folder, its ledger beside. */
export const nearmetal = (folder: string, ...words: readonly string[]): Ended => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [main, ...words], {
    cwd: join(folder, 'images'),
    encoding: 'utf8',
    env: { ...process.env, NEARMETAL_STATE_DIR: join(folder, 'state'), NO_COLOR: '1' },
  });
  return { code: status, says: `${stdout}${stderr}` };
};

const hash = (path: string): string => createHash('sha256').update(readFileSync(path)).digest('hex');

/** Copies a folder of the shared data, its images unpacked; gives their names. */
export function unpack(group: string, to: string): readonly string[] {
  const from = join(sharedData ?? '', 'images', group);
  for (const name of readdirSync(from)) {
    if (name.endsWith('.gz')) writeFileSync(join(to, name.slice(0, -3)), gunzipSync(readFileSync(join(from, name))));
    else if (!name.endsWith('.json')) copyFileSync(join(from, name), join(to, name));
  }
  return readdirSync(to).filter(name => name.endsWith(`.${group.slice(0, 3) === 'qed' ? 'qed' : 'qcow2'}`));
}

/**
 * What comes of repairing: `leaks` and `all` are made sound, by the bare command or with --all; `kept`: qemu-img does not make it sound, and nothing is
 * changed; `refused`: nothing is tried.
 */
export type Outcome = 'leaks' | 'all' | 'kept' | 'refused';

const repaired: Readonly<Record<string, Outcome>> = {
  'leak.qcow2': 'leaks',
  'corrupt-bit.qcow2': 'all',
  'dirty.qcow2': 'all',
  'l2-into-metadata.qcow2': 'all',
  'l2-not-copied.qcow2': 'all',
  'l2-shared.qcow2': 'all',
  'refcount0.qcow2': 'all',
  'refcount2.qcow2': 'all',
  'rt-offset.qcow2': 'all',
  'rt-zero.qcow2': 'all',
  'snapshot-table.qcow2': 'all',
  'dirty.qed': 'all',
  // its leaked clusters stay: QEMU gives none back in QED
  'badl2.qed': 'all',
  'leak.qed': 'refused',
};

function repair(folder: string, name: string, format: string): Outcome {
  const image = join(folder, 'images', name);
  const before = hash(image);
  const words = ['image', 'repair', name, '-f', format, '--yes', '--quiet'];
  let outcome: Outcome = 'leaks';
  let ended = nearmetal(folder, ...words);
  if (ended.code === 66 && ended.says.includes('--all')) {
    outcome = 'all';
    ended = nearmetal(folder, ...words, '--all');
  }
  assert.ok([0, 4, 66].includes(ended.code ?? -1), `${name}: ${ended.code} ${ended.says}`);
  if (ended.code === 66) {
    assert.match(ended.says, /^nearmetal: .{10}/, `${name}: it says why`);
    outcome = 'refused';
  } else if (ended.code === 4) {
    assert.match(ended.says, /✗ failed: qemu-img check ended with \d: .|✗ failed: qemu-img check ended with 3/);
    outcome = 'kept';
  } else {
    const { status } = spawnSync('qemu-img', ['check', '-q', '-f', format, image]);
    assert.ok(status === 0 || (format === 'qed' && status === 3), `${name}: qemu-img check ends with ${status}`);
    assert.notEqual(hash(image), before, `${name} is another file now`);
  }
  if (ended.code !== 0) assert.equal(hash(image), before, `${name}: nothing was changed`);
  if (existsSync(join(folder, 'state/runs/1'))) {
    const undone = nearmetal(folder, 'undo', '1', '--yes', '--quiet');
    assert.equal(undone.code, 0, `${name}: ${undone.says}`);
  }
  assert.equal(hash(image), before, `${name}: byte for byte as it was`);
  return outcome;
}

/** Repairs each damaged image of a folder of the shared data; asserts that it is made sound, or refused with the reason, and comes back. Gives what came of them. */
export function repairAll(
  group: string,
  format: string,
  isWanted: (name: string) => boolean = () => true,
): Readonly<Record<Outcome, number>> {
  const home = mkdtempSync(join(tmpdir(), 'nearmetal-repair-'));
  try {
    const all = join(home, 'all');
    mkdirSync(all);
    const tally: Record<Outcome, number> = { leaks: 0, all: 0, kept: 0, refused: 0 };
    for (const name of unpack(group, all).filter(isWanted)) {
      const folder = join(home, name);
      mkdirSync(join(folder, 'images'), { recursive: true });
      renameSync(join(all, name), join(folder, 'images', name));
      const outcome = repair(folder, name, format);
      if (repaired[name] !== undefined) assert.equal(outcome, repaired[name], name);
      else assert.match(outcome, /^(?:kept|refused)$/, name);
      assert.deepEqual(readdirSync(join(folder, 'images')), [name], `${name}: nothing is left over`);
      tally[outcome]++;
    }
    return tally;
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
}
