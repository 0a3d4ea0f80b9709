// Makes a bundle of a machine with nearmetal's own `collect`, run inside as root: how the bundles of examples/ are made.
//
//   node tools/build.mjs && node tools/capture/collect.mjs SHAPE FILE.tar.gz
//
// Starts the machine where it does not run; leaves it running. The program lies in the machine's memory only (/run), and its own
// process is the one thing in the bundle that would not be there otherwise. Fails, and writes nothing, if the one secret of the
// machine (a VNC password) is found in the bundle.
import { copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { outputInside, pull, push, runInside } from './inside.mjs';
import { start } from './machine.mjs';

const project = resolve(import.meta.dirname, '../..');
const [name, to] = process.argv.slice(2);
if (to === undefined) {
  console.error('usage: collect.mjs SHAPE FILE.tar.gz');
  process.exit(64);
}
if (existsSync(to)) throw new Error(`${to} is there already`);
if (!existsSync(join(project, 'dist/cli.cjs'))) throw new Error('build first: node tools/build.mjs');
const machine = await start(name);
await runInside(machine, 'rm -rf /run/nearmetal /run/collected; mkdir -p /run/collected');
// Beside the bundled program only the one package that it loads as it is.
await push(machine, project, ['dist', 'package.json', 'node_modules/libxml2-wasm'], '/run/nearmetal');
const code = await runInside(
  machine,
  'cd / && node /run/nearmetal/dist/cli.cjs collect -o /run/collected/bundle.tar.gz </dev/null',
);
if (code !== 0) throw new Error(`collect ended with ${code} inside`);
const secret = (await outputInside(machine, 'cat /root/vnc-password 2>/dev/null || true')).trim();
const folder = mkdtempSync(join(tmpdir(), 'collected-'));
try {
  await pull(machine, '/run/collected', folder);
  const bundle = join(folder, 'bundle.tar.gz');
  if (secret !== '' && gunzipSync(readFileSync(bundle)).includes(secret))
    throw new Error('the bundle holds a secret; it was not kept');
  copyFileSync(bundle, to);
} finally {
  rmSync(folder, { recursive: true });
  await runInside(machine, 'rm -rf /run/nearmetal /run/collected');
}
