import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'node:test';
import { missingParts } from './missing-parts.js';

const skip = missingParts(['strace']);

/** Runs nearmetal under strace, with an empty home; gives the system calls of all its threads. */
function trace(words: readonly string[]): {
  readonly calls: readonly string[];
  readonly status: number | null;
  readonly home: string;
} {
  const home = mkdtempSync(join(tmpdir(), 'nearmetal-home-'));
  const folder = mkdtempSync(join(tmpdir(), 'nearmetal-trace-'));
  try {
    const { status } = spawnSync(
      'strace',
      [
        '-ff',
        '-qq',
        '-e',
        'trace=open,openat,openat2,creat,execve,execveat,fork,vfork,clone,clone3,unlink,unlinkat,rename,renameat,renameat2,mkdir,mkdirat,link,linkat,symlink,symlinkat,truncate,ftruncate,chmod,fchmodat,chown,fchownat,mount',
        '-o',
        join(folder, 't'),
        process.execPath,
        'dist/cli.cjs',
        ...words,
      ],
      { stdio: 'ignore', env: { HOME: home, PATH: process.env['PATH'] ?? '' } },
    );
    const calls = readdirSync(folder).flatMap(name => readFileSync(join(folder, name), 'utf8').split('\n'));
    return { calls, status, home: readdirSync(home).join(' ') };
  } finally {
    rmSync(folder, { recursive: true, force: true });
    rmSync(home, { recursive: true, force: true });
  }
}

/** Opened for writing, or changed in the file system. The null device, terminals and node's own pipes hold nothing. */
const writes = (calls: readonly string[]): readonly string[] =>
  calls.filter(
    call =>
      (/^(?:open|openat|openat2|creat)\(/.test(call) &&
        /O_WRONLY|O_RDWR|O_CREAT|O_TRUNC|O_APPEND/.test(call) &&
        !/"\/dev\/(?:null|tty)"/.test(call)) ||
      /^(?:creat|unlink|unlinkat|rename|renameat|renameat2|mkdir|mkdirat|link|linkat|symlink|symlinkat|truncate|ftruncate|chmod|fchmodat|chown|fchownat|mount)\(/.test(
        call,
      ),
  );

/** Processes started beside the program itself; threads are no processes. */
const processes = (calls: readonly string[]): readonly string[] =>
  calls.filter(
    call =>
      /^(?:fork|vfork)\(/.test(call) ||
      (/^clone3?\(/.test(call) && !call.includes('CLONE_THREAD')) ||
      (/^execve(?:at)?\(/.test(call) && !call.includes('dist/cli.cjs')),
  );

test('check opens nothing for writing and starts no process', { skip }, () => {
  const { calls, status, home } = trace(['check']);
  assert.ok(status === 0 || status === 2, `exit ${status}`);
  assert.ok(
    calls.some(call => call.includes('/proc/meminfo')),
    'the trace shows what is read',
  );
  assert.deepEqual(writes(calls), []);
  assert.deepEqual(processes(calls), []);
  assert.equal(home, '', 'nothing is left in the home');
});

test('check writes its own output with -o, and nothing else', { skip }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'nearmetal-out-'));
  try {
    const { calls } = trace(['check', '--format', 'json', '-o', join(folder, 'report.json')]);
    assert.deepEqual(
      writes(calls).filter(call => !call.includes('report.json')),
      [],
    );
    // made beside its place, then renamed into it: who reads the file sees the old report or the new one
    const [made = '', renamed = '', ...more] = writes(calls);
    assert.match(made, /^openat\(.*\.report\.json\.\d+\.tmp".*O_CREAT\|O_EXCL/);
    assert.match(renamed, /^rename\(.*\.report\.json\.\d+\.tmp", .*report\.json"\)/);
    assert.deepEqual(more, []);
    JSON.parse(readFileSync(join(folder, 'report.json'), 'utf8'));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

test('a reader of the trace would see a write and a process', { skip }, () => {
  const { calls } = trace(['check', '--run']);
  // the read-only commands of --run are processes: the same reading of the trace finds them
  assert.ok(processes(calls).length > 0);
});
