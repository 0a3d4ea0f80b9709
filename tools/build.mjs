// Builds the program. `--tests` also transpiles every file of src/ and test/, one to one, into build/ for the test runner.
import { rm, writeFile } from 'node:fs/promises';
import { build } from 'esbuild';
import { filesUnder } from './files.mjs';

const target = 'node20.19';
const tests = process.argv.includes('--tests');

await rm('dist', { recursive: true, force: true });
await build({
  entryPoints: { cli: 'src/cli/main.ts', libvirt: 'src/libvirt/index.ts', index: 'src/index.ts' },
  outdir: 'dist',
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target,
  conditions: ['source'],
  external: ['libxml2-wasm'],
  chunkNames: 'chunks/[name]-[hash]',
  minifySyntax: true,
  minifyWhitespace: true,
  logLevel: 'warning',
});

if (tests) {
  await rm('build', { recursive: true, force: true });
  const sources = [...(await filesUnder('src', '.ts')), ...(await filesUnder('test', '.ts'))];
  await build({ entryPoints: sources, outbase: '.', outdir: 'build', format: 'esm', platform: 'node', target, sourcemap: 'inline', logLevel: 'warning' });
}
await writeFile('dist/.built', `${new Date().toISOString()}\n`);
