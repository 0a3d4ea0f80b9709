import { fork } from 'node:child_process';
import { copyFile, mkdir, readdir, rm } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { filesUnder } from './files.mjs';
import { run } from './run.mjs';

/**
 * What belongs to each kind of tests. `atOnce`: files run at the same time; the slow kinds start daemons and machines and
 * want the CPUs to themselves. `timeout` of one file in seconds.
 */
const kinds = {
  unit: { owns: path => !/^test\/(live|long)\//.test(path), atOnce: availableParallelism(), timeout: 240 },
  live: { owns: path => path.startsWith('test/live/'), atOnce: 1, timeout: 480 },
  long: { owns: path => path.startsWith('test/long/'), atOnce: 1, timeout: 4 * 3600 },
};

/**
 * Builds the program, transpiles all tests into a folder of this run's own, hands it to `work`, and removes it. Gives the
 * stages that `work` gives. A program that can't be built is a failed stage more, and the tests that can run still do.
 */
export async function withTestBuild(work) {
  const home = join('build', `run-${process.pid}`);
  await removeAbandoned();
  const folder = join(home, 'build');
  const remove = () => rm(home, { recursive: true, force: true });
  const interrupted = () => remove().finally(() => process.exit(130));
  process.once('SIGINT', interrupted).once('SIGTERM', interrupted);
  try {
    await mkdir(home, { recursive: true });
    await copyFile('package.json', join(home, 'package.json'));
    const { code, output } = await run(process.execPath, ['tools/build.mjs', '--tests', folder]);
    const failed = code === 0 ? [] : [{ name: 'build', seconds: 0, tests: 1, fail: 1, says: 'failed' }];
    if (code !== 0) console.log(output.trimEnd());
    return [...failed, ...(await work(folder))];
  } finally {
    await remove();
    process.off('SIGINT', interrupted).off('SIGTERM', interrupted);
  }
}

/**
 * Runs the test files of one kind, or those whose path contains one of the patterns, in the given Node (default: this
 * one). Gives the numbers of the stage; one that ran no test has failed.
 */
export async function testStage({ kind, folder, patterns, node = process.execPath, env = {}, name = `${kind} tests` }) {
  const { owns, atOnce, timeout } = kinds[kind];
  const files = [...(await filesUnder('src', '.test.ts')), ...(await filesUnder('test', '.test.ts'))]
    .filter(owns)
    .filter(path => patterns.length === 0 || patterns.some(pattern => path.includes(pattern)));
  const began = performance.now();
  const child = fork('tools/run-tests.mjs', [`--concurrency=${atOnce}`, `--timeout=${timeout}`, folder, ...files], {
    execPath: node,
    execArgv: ['--enable-source-maps'],
    env: { ...process.env, NEARMETAL_ROOT: process.cwd(), ...env },
  });
  let totals = { tests: 0, pass: 0 };
  child.on('message', message => {
    totals = message;
  });
  const code = await new Promise(resolve => child.on('close', resolve));
  const seconds = (performance.now() - began) / 1000;
  if (totals.tests === 0) {
    console.log(
      files.length === 0 ? `No file of the ${kind} tests matches.` : `The ${kind} tests ended without a result.`,
    );
    return { name, seconds, tests: 1, fail: 1, says: 'no test ran' };
  }
  if (code !== 0 && totals.fail + totals.cancelled === 0) return { name, seconds, ...totals, fail: 1 };
  return { name, seconds, ...totals };
}

/** Folders of runs that were killed before they could tidy up. */
async function removeAbandoned() {
  for (const entry of await readdir('build').catch(() => [])) {
    const pid = /^run-(\d+)$/.exec(entry)?.[1];
    if (pid !== undefined && !isAlive(Number(pid))) await rm(join('build', entry), { recursive: true, force: true });
  }
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}
