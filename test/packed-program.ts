import { cpSync, mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { repository, runIn } from './scratch-clone.js';

/**
 * Packs the repository as `npm pack` does, into `home`; gives the tarball's path. Packing starts from an empty dist/, which the
 * repository's own users would notice: it is done in a copy below `home`.
 */
export async function packedProgram(home: string): Promise<string> {
  const clone = join(home, 'clone');
  mkdirSync(clone);
  const { stdout: listed } = await runIn(repository, 'ls', ['-A']);
  const left = new Set(['node_modules', 'dist', 'build', '.git', 'test', 'docs', 'examples']);
  for (const name of listed.trim().split('\n')) {
    if (!left.has(name)) cpSync(join(repository, name), join(clone, name), { recursive: true });
  }
  symlinkSync(join(repository, 'node_modules'), join(clone, 'node_modules'));
  const packed = await runIn(clone, 'npm', ['pack', '--json', '--loglevel=error', '--pack-destination', home]);
  const name = /"filename": "(.+)"/.exec(packed.stdout)?.[1];
  if (packed.code !== 0 || name === undefined) throw new Error(`npm pack failed: ${packed.stderr}${packed.stdout}`);
  return join(home, name);
}

/** Installs a tarball below `prefix` as `npm install -g` does, without a network. */
export async function installPacked(tarball: string, prefix: string): Promise<void> {
  const args = [
    'install',
    '-g',
    '--prefix',
    prefix,
    '--offline',
    '--loglevel=error',
    '--no-audit',
    '--no-fund',
    tarball,
  ];
  const installed = await runIn(prefix, 'npm', args);
  if (installed.code !== 0) throw new Error(`npm install failed: ${installed.stderr}`);
}
