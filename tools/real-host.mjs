import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { filesUnder } from './files.mjs';
import { run } from './run.mjs';

const recipe = 'tools/real-host';

/**
 * The folder with disk.img of the machine on which long tests change things for good, as tools/real-host makes it now: the one from
 * an earlier run or, if `mayBuild`, a new one of Debian's packages. Gives undefined where there is none.
 */
export async function realHostImage(mayBuild) {
  const cache = join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'nearmetal', 'real-host');
  const made = join(cache, await hashOfRecipe());
  if (existsSync(made)) return made;
  if (!mayBuild || process.arch !== 'x64') return undefined;
  await mkdir(cache, { recursive: true });
  const unfinished = join(cache, `.building-${process.pid}`);
  try {
    const { code, output } = await run('sh', [join(recipe, 'build-image.sh'), unfinished]);
    if (code !== 0) throw new Error(`build-image.sh failed:\n${output.trimEnd().slice(-4000)}`);
    // what an older recipe made is of no use any more; what another run is building stays
    for (const name of await readdir(cache)) {
      if (!name.startsWith('.')) await rm(join(cache, name), { recursive: true, force: true });
    }
    await rename(unfinished, made);
  } finally {
    await rm(unfinished, { recursive: true, force: true });
  }
  return made;
}

async function hashOfRecipe() {
  const hash = createHash('sha256');
  for (const path of await filesUnder(recipe, '')) hash.update(`${path}\0`).update(await readFile(path));
  return hash.digest('hex').slice(0, 16);
}
