// Loaded before the program (node --import): ends it at one of the calls that make something last, or that start a program. NEARMETAL_TEST_KILL_AT: at
// which, every second one before the call, else behind it; `int:N`: somebody presses Ctrl-C there; `full:N:FILE`: somebody else fills the file system
// with that file. NEARMETAL_TEST_KILL_COUNT: a file that gets the number of such calls.
import child from 'node:child_process';
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';

const [, how, point = '0', filler = ''] =
  /^(?:(int|full):)?(\d+)(?::(.*))?$/.exec(process.env['NEARMETAL_TEST_KILL_AT'] ?? '0') ?? [];
const countFile = process.env['NEARMETAL_TEST_KILL_COUNT'];
let calls = 0;

const counted =
  <A extends readonly unknown[], R>(call: (...args: A) => R): ((...args: A) => R) =>
  (...args) => {
    calls++;
    if (calls !== Number(point)) return call(...args);
    if (how === 'int') process.kill(process.pid, 'SIGINT');
    if (how === 'full') fill();
    if (how !== undefined) return call(...args);
    if (calls % 2 === 0) process.kill(process.pid, 'SIGKILL');
    const result = call(...args);
    process.kill(process.pid, 'SIGKILL');
    return result;
  };

function fill(): void {
  const file = fs.openSync(filler, 'w');
  for (const size of [1024 * 1024, 4096, 512])
    try {
      for (;;) fs.writeSync(file, Buffer.alloc(size, 1));
    } catch {
      // full
    }
  fs.closeSync(file);
}

fs.fsyncSync = counted(fs.fsyncSync);
fs.renameSync = counted(fs.renameSync);
fs.linkSync = counted(fs.linkSync);
fs.rmSync = counted(fs.rmSync);
fs.utimesSync = counted(fs.utimesSync);
fs.chmodSync = counted(fs.chmodSync);
const { spawn } = child;
Object.assign(child, { spawn: counted((...words: Parameters<typeof spawn>) => spawn(...words)) });
syncBuiltinESMExports();
if (countFile !== undefined) process.on('exit', () => fs.writeFileSync(countFile, String(calls)));
