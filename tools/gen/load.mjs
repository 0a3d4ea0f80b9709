import { mkdtemp, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';

/** Bundles a source file of src/ into a temporary place and imports it: generators that print what the program knows. */
export async function load(source) {
  const folder = await mkdtemp(resolve('node_modules', '.gen-'));
  const outfile = join(folder, 'module.mjs');
  try {
    await build({
      entryPoints: [source],
      outfile,
      bundle: true,
      format: 'esm',
      platform: 'node',
      packages: 'external',
      conditions: ['nearmetal-source'],
      logLevel: 'warning',
    });
    return await import(pathToFileURL(outfile).href);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
