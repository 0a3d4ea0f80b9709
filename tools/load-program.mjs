// The door of the built program: stands in dist/cli.cjs for the import of src/cli/run.ts. The whole program is one
// script with its code cache beside it (build.mjs makes it for the Node that builds): reading 2 MB of JavaScript anew at
// every start takes as long as checking a hundred guests. The names carry the hash of the script, so that text and cache
// never part.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { programScript, startProgram } from './program-script.mjs';

/** How much bytecode a function runs before it is optimized, in the V8 of Node 20: eight times what it would be. Later ones have no such flag, and complain of it. */
const optimizeAfter = 1_000_000;

/**
 * How much larger the space of new objects gets each time it is too small, from 1 MB to 16: twice as large in V8's own way. Most of what a check makes it
 * keeps, and each of the small steps copies all of it; in the end the space is as large either way.
 */
const growNewSpaceBy = 16;

/** Takes the words after `nearmetal`; gives the exit code. PROGRAM and nodeRequire are put in by the build. */
export async function run(words) {
  const folder = import.meta.dirname;
  const filename = join(folder, PROGRAM);
  // a string of single bytes is half the size
  const script = programScript(readFileSync(filename, 'latin1'), filename, cacheOf(filename));
  // a check takes half a second: V8's optimizing compiler would take more time for its work than that work saves, on a
  // core that libvirt could use; what runs for longer is still optimized. After the script: a cache belongs to its flags
  if (process.versions.v8.startsWith('11.')) {
    const { setFlagsFromString } = nodeRequire('node:v8');
    setFlagsFromString(`--interrupt-budget=${optimizeAfter}`);
    setFlagsFromString(`--semi-space-growth-factor=${growNewSpaceBy}`);
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
