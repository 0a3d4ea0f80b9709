// Writes every generated file; with --check only compares and exits 1 if one is not fresh. Names of generators behind it
// limit it to those: npm run gen -- rules-index
//
// To add a generator: a file in tools/gen/ that exports an async function giving `[{ path, text }, …]`, paths from the
// root of the repository, and one line in the list below. Generated TypeScript is named *.gen.ts.
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { filesUnder } from './files.mjs';
import { architecture } from './gen/architecture.mjs';
import { guideDocs } from './gen/guide-docs.mjs';
import { manual } from './gen/manual.mjs';
import { pageAssets } from './gen/page-assets.mjs';
import { ruleDocs } from './gen/rule-docs.mjs';
import { ruleReads } from './gen/rule-reads.mjs';
import { rulesIndex } from './gen/rules-index.mjs';
import { schemas } from './gen/schemas.mjs';
import { version } from './gen/version.mjs';

/** In this order: the index of the rules comes before what is made of it. `folder`: all that is in it is generated. */
const generators = [
  { name: 'architecture', generate: architecture },
  { name: 'rules-index', generate: rulesIndex },
  { name: 'rule-reads', generate: ruleReads },
  { name: 'version', generate: version },
  { name: 'page-assets', generate: pageAssets },
  { name: 'rule-docs', generate: ruleDocs, folder: 'docs/rules' },
  { name: 'guide-docs', generate: guideDocs, folder: 'docs/guide' },
  { name: 'schemas', generate: schemas, folder: 'docs/schemas' },
  { name: 'manual', generate: manual, folder: 'man' },
];

process.chdir(resolve(import.meta.dirname, '..'));
const mustBeFresh = process.argv.includes('--check');
const wanted = process.argv.slice(2).filter(arg => arg !== '--check');
const unknown = wanted.find(name => !generators.some(generator => generator.name === name));
if (unknown !== undefined) {
  console.error(`There is no generator ${unknown}: ${generators.map(({ name }) => name).join(', ')}`);
  process.exit(64);
}

let made = 0;
const stale = [];
for (const { name, generate, folder } of generators) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  const files = await generate();
  made += files.length;
  for (const { path, text } of files) {
    if ((await readFile(path, 'utf8').catch(() => undefined)) === text) continue;
    stale.push(path);
    if (mustBeFresh) continue;
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, text);
  }
  const left = folder === undefined ? [] : await filesUnder(folder, '').catch(() => []);
  for (const path of left.filter(path => !files.some(file => file.path === path))) {
    stale.push(path);
    if (!mustBeFresh) await rm(path);
  }
}
for (const path of stale) console.log(mustBeFresh ? `not fresh: ${path} (npm run gen)` : `renewed ${path}`);
console.log(`${made} generated files, ${stale.length} ${mustBeFresh ? 'not fresh' : 'renewed'}`);
if (mustBeFresh && stale.length > 0) process.exitCode = 1;
