import { differsFromLock } from './installed.mjs';
import { run } from './run.mjs';

/** Makes node_modules in `folder` what its lock file says. Gives what was done, in words; throws what npm said. */
export async function installNpmPackages(folder) {
  const difference = differsFromLock(folder);
  if (difference === undefined) return 'as locked';
  const { code, output, seconds } = await run(
    'npm',
    // without install scripts: none of the packages needs its own
    [
      'ci',
      '--include=dev',
      '--include=optional',
      '--ignore-scripts',
      '--prefer-offline',
      '--no-audit',
      '--no-fund',
      '--loglevel=error',
    ],
    { cwd: folder },
  );
  if (code !== 0) throw new Error(`npm ci in ${folder} failed:\n${output.trimEnd()}`);
  return `installed (${difference}), ${seconds.toFixed(0)} s`;
}
