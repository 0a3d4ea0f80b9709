import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import test from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { FuzzResult } from '../fuzz/fuzz.js';

const cases = Number(process.env['NEARMETAL_FUZZ_CASES'] ?? 2_000_000);
const processes = 2;
/** A process takes so many at a time: its memory is looked at from new each time. */
const atOnce = 100_000;

/** Goes through some cases in a process of its own. */
async function part(from: number): Promise<FuzzResult> {
  const program = fileURLToPath(new URL('../fuzz/run-fuzz.js', import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, [
    program,
    `${from}`,
    `${Math.min(from + atOnce, cases)}`,
  ]);
  return JSON.parse(stdout);
}

test(`disk images and what is in them, mutated at random: ${cases} cases`, async t => {
  const results: FuzzResult[] = [];
  let next = 0;
  const work = async (): Promise<void> => {
    for (let from = next; from < cases; from = next) {
      next = from + atOnce;
      results.push(await part(from));
    }
  };
  await Promise.all(Array.from({ length: processes }, work));
  const sum = (pick: (result: FuzzResult) => number): number => results.reduce((all, result) => all + pick(result), 0);
  const most = (pick: (result: FuzzResult) => number): number => Math.max(...results.map(pick));
  t.diagnostic(
    `${sum(({ cases: count }) => count)} cases: ${sum(({ read }) => read)} parts read, ${sum(({ refused }) => refused)} refused by name; the longest case ${most(({ longest }) => longest.milliseconds).toFixed(0)} ms, the most memory ${most(({ memory }) => memory)} MiB`,
  );
  assert.deepEqual(
    results.flatMap(({ failures }) => failures),
    [],
  );
});
