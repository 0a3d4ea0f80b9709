// Are the packages in node_modules those of package-lock.json? Used before anything is installed: no dependencies here.
import { readFileSync, realpathSync } from 'node:fs';
import { join, resolve } from 'node:path';

/**
 * Compares the lock file in `folder` with the one that npm leaves in node_modules when an installation has ended.
 * Gives undefined when they agree, else what differs.
 */
export function differsFromLock(folder) {
  const wanted = packages(join(folder, 'package-lock.json'));
  let present;
  try {
    present = packages(join(folder, 'node_modules', '.package-lock.json'));
  } catch {
    return 'no complete installation';
  }
  for (const [path, entry] of Object.entries(wanted)) {
    // packages for other kinds of machine are optional and rightly missing
    if (path !== '' && !entry.optional && present[path] === undefined) return `${path} is missing`;
  }
  for (const [path, entry] of Object.entries(present)) {
    if (wanted[path]?.version !== entry.version) return `${path} is ${entry.version}, not ${wanted[path]?.version}`;
  }
  return undefined;
}

function packages(path) {
  return JSON.parse(readFileSync(path, 'utf8')).packages;
}

if (realpathSync(process.argv[1]) === import.meta.filename) {
  const difference = differsFromLock(resolve(process.argv[2] ?? '.'));
  if (difference !== undefined) {
    console.error(difference);
    process.exit(1);
  }
}
