// The door of the built program: stands in dist/cli.cjs for the import of src/cli/run.ts. The whole program is one
// script with its code cache beside it (build.mjs makes it for the Node that builds): reading 2 MB of JavaScript anew at
// every start takes as long as checking a hundred guests. The names carry the hash of the script, so that text and cache
// never part.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { programScript, startProgram } from './program-script.mjs';

/**
 * How V8 is told that it runs for half a second, most of which makes what is kept to the end. For the V8 of Node 20: later ones have not all
 * of these flags, and complain of what they do not know.
 */
const flags = [
  // how much bytecode a function runs before it is optimized, fifteen times the usual: compiling takes more time than it saves, on a
  // core that libvirt could use; what runs for longer is still optimized
  '--interrupt-budget=1000000',
  // from 1 MB to 16 at once for new objects, not doubled each time: each of the small steps copies all that there is
  '--semi-space-growth-factor=16',
  // and collected when they are full, not whenever there is a pause
  '--no-minor-gc-task',
  // the first marking of old objects would begin when half of the work is done, and never be of use
  '--no-incremental-marking',
  // most expressions are matched a few times only
  '--regexp-tier-up-ticks=30',
];

/** Takes the words after `nearmetal`; gives the exit code. PROGRAM and nodeRequire are put in by the build. */
export async function run(words) {
  const folder = import.meta.dirname;
  const filename = join(folder, PROGRAM);
  // a string of single bytes is half the size
  const script = programScript(readFileSync(filename, 'latin1'), filename, cacheOf(filename));
  // after the script: a cache belongs to its flags
  if (process.versions.v8.startsWith('11.')) {
    const { setFlagsFromString } = nodeRequire('node:v8');
    for (const flag of flags) setFlagsFromString(flag);
  }
  return await startProgram(script, { filename, folder, require: nodeRequire }).run(words);
}

function cacheOf(filename) {
  try {
    return readFileSync(filename.replace(/cjs$/, 'cache'));
  } catch {
    // the package brings none: it does not know which Node will run it
    return undefined;
  }
}
