// Writes the code cache of the built program: `node tools/make-code-cache.mjs PROGRAM CACHE [EXAMPLE]`. The program checks
// the example, and once this machine with guests of the example, as a libvirt daemon would tell of them; what V8 has
// compiled by then is what a start needs, and little else. Without an example all functions are compiled.
import { existsSync, writeFileSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { answeringLibvirt } from './answering-libvirt.mjs';
import { programScript, startProgram } from './program-script.mjs';

const [program, cache, example] = process.argv.slice(2).map(path => resolve(path));
const isWarmed = example !== undefined && existsSync(example);
// V8 forgets functions that have not run for a while
setFlagsFromString('--no-flush-bytecode');
if (!isWarmed) setFlagsFromString('--no-lazy');
const script = programScript(await readFile(program, 'latin1'), program);
if (isWarmed) {
  const { run } = startProgram(script, {
    filename: program,
    folder: dirname(program),
    require: createRequire(program),
  });
  await run(['check', example, '--isolated', '--summary', '-o', '/dev/null']);
  const check = ['check', '--root', `${example}/files`, '--isolated', '--summary', '-o', '/dev/null'];
  await run(check);
  const folder = await mkdtemp(join(tmpdir(), 'nearmetal-'));
  const stop = await answeringLibvirt(`${folder}/socket`, `${example}/libvirt`);
  // the last --root counts: this machine, on which it is going to run
  await run([...check, '-c', `qemu:///system?socket=${folder}/socket`, '--root', '/']);
  stop();
  await rm(folder, { recursive: true });
}
// V8 refuses a cache that was written under other flags than it is read with
setFlagsFromString('--lazy');
setFlagsFromString('--flush-bytecode');
writeFileSync(cache, script.createCachedData());
process.exit(0);
