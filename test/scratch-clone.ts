import { execFile, execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import type { TestContext } from 'node:test';

/** The root of the repository that is tested. */
export const repository: string = resolve(process.env['NEARMETAL_ROOT'] ?? process.cwd());

/**
 * Makes a folder that looks like a clone with the given sources: the repository's own settings and tools, no source of
 * its own, and the installed packages by a link. It is removed when the test ends.
 */
export function scratchClone(t: TestContext, files: Readonly<Record<string, string>>): string {
  const home = mkdtempSync(join(tmpdir(), 'nearmetal test '));
  t.after(() => {
    // a test may have taken its own rights away
    execFileSync('chmod', ['-R', 'u+w', home]);
    rmSync(home, { recursive: true, force: true });
  });
  const clone = join(home, 'clone');
  const settings = [
    'package.json',
    'package-lock.json',
    '.npmrc',
    'tsconfig.json',
    '.dependency-cruiser.mjs',
    'nearmetal',
  ];
  for (const path of [...settings, 'tools']) {
    cpSync(join(repository, path), join(clone, path), {
      recursive: true,
      filter: source => !source.includes('node22/'),
    });
  }
  for (const folder of ['src', 'test', 'web']) mkdirSync(join(clone, folder));
  symlinkSync(join(repository, 'node_modules'), join(clone, 'node_modules'));
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(clone, path)), { recursive: true });
    writeFileSync(join(clone, path), text);
  }
  return clone;
}

/** Runs a command to its end and gives its exit code and what it printed. */
export function runIn(
  folder: string,
  command: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv = process.env,
): Promise<{ readonly code: number; readonly stdout: string; readonly stderr: string }> {
  return new Promise((done, reject) => {
    const child = execFile(command, args, { cwd: folder, env, maxBuffer: 1 << 26 }, (error, stdout, stderr) => {
      if (error !== null && typeof error.code !== 'number') reject(error);
      else done({ code: child.exitCode ?? 1, stdout, stderr });
    });
    child.stdin?.end();
  });
}
