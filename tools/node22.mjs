import { access } from 'node:fs/promises';
import { resolve } from 'node:path';
import { installNpmPackages } from './npm-packages.mjs';
import { run } from './run.mjs';

/** Installs the second Node into tools/node22, if need be. Gives its path and version; undefined where npm has none. */
export async function node22() {
  await installNpmPackages('tools/node22');
  const path = resolve('tools/node22/node_modules', `node-linux-${process.arch}`, 'bin/node');
  try {
    await access(path);
  } catch {
    return undefined;
  }
  const { output } = await run(path, ['--version']);
  return { path, version: output.trim() };
}
