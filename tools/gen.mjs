// Writes every generated file; with --check only compares and exits 1 if one is not fresh.
//
// To add a generator: a file in tools/gen/ that exports an async function giving `[{ path, text }, …]`, paths from the
// root of the repository, and one line in the list below. Generated TypeScript is named *.gen.ts.
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { architecture } from './gen/architecture.mjs';
import { ruleDocs } from './gen/rule-docs.mjs';
import { rulesIndex } from './gen/rules-index.mjs';
import { schemas } from './gen/schemas.mjs';
import { version } from './gen/version.mjs';

// the index of the rules comes before what is made of it
const generators = { architecture, 'rules-index': rulesIndex, version, 'rule-docs': ruleDocs, schemas };

process.chdir(resolve(import.meta.dirname, '..'));
const mustBeFresh = process.argv.includes('--check');
const made = [];
const stale = [];
for (const generate of Object.values(generators)) {
  for (const { path, text } of await generate()) {
    made.push(path);
    if ((await readFile(path, 'utf8').catch(() => undefined)) === text) continue;
    stale.push(path);
    if (mustBeFresh) continue;
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, text);
  }
}
for (const path of stale) console.log(mustBeFresh ? `not fresh: ${path} (npm run gen)` : `wrote ${path}`);
console.log(`${made.length} generated files, ${stale.length} ${mustBeFresh ? 'not fresh' : 'written'}`);
if (mustBeFresh && stale.length > 0) process.exitCode = 1;
