// A process that applies or undoes and is killed. Words: FOLDER apply|undo POINT [SOCKETS]. POINT: at which of the calls that make something last
// (fsync, rename, unlink …) it ends, every second one before the call, else behind it; 0: it goes through, and prints how many there were.
// `full:N`: at that call the file system of the ledger becomes full. `int:N`: at that call somebody presses Ctrl-C.
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { join } from 'node:path';

const [folder = '', doing, point = '0', sockets] = process.argv.slice(2);
const [how] = /^(?:full|int)(?=:)/.exec(point) ?? [];
const dieAt = Number(point.replace(/^\w+:/, ''));
const abort = new AbortController();
process.once('SIGINT', () => abort.abort());
let calls = 0;

const counted =
  <A extends readonly unknown[], R>(call: (...args: A) => R): ((...args: A) => R) =>
  (...args) => {
    calls++;
    if (calls !== dieAt) return call(...args);
    if (how !== undefined) {
      if (how === 'full') fill();
      else process.kill(process.pid, 'SIGINT');
      return call(...args);
    }
    if (calls % 2 === 0) process.kill(process.pid, 'SIGKILL');
    const result = call(...args);
    process.kill(process.pid, 'SIGKILL');
    return result;
  };

/** Somebody else writes until nothing is left. */
function fill(): void {
  const file = fs.openSync(join(folder, 'state', 'somebody-elses'), 'w');
  for (const size of [65536, 4096, 512, 1])
    try {
      for (;;) fs.writeSync(file, Buffer.alloc(size, 1));
    } catch {
      // full
    }
  fs.closeSync(file);
}

fs.fsyncSync = counted(fs.fsyncSync);
fs.renameSync = counted(fs.renameSync);
fs.rmSync = counted(fs.rmSync);
fs.rmdirSync = counted(fs.rmdirSync);
syncBuiltinESMExports();

const { applyPlan } = await import('#apply/apply-plan');
const { connect } = await import('#libvirt/connect');
const { diskTarget } = await import('./disk-machine.js');
const { requestFor, undoFirst } = await import('./requests.js');
const libvirt =
  sockets === undefined
    ? undefined
    : await connect({ uri: 'qemu:///system', environment: {}, socketDirectory: sockets });
const target = diskTarget(folder, { libvirt });
const state = join(folder, 'state');
if (doing === 'undo') await undoFirst(target, state, abort.signal);
else {
  const plan = JSON.parse(fs.readFileSync(join(folder, 'plan.json'), 'utf8'));
  await applyPlan({ ...requestFor(target, state, plan), abort: abort.signal });
}
process.stdout.write(`${calls}\n`);
process.exit(0);
