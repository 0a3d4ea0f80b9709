// Builds the program into dist/.
//   --tests [FOLDER]  transpiles every file of src/ and test/, one to one, into FOLDER (default build/) for the test runner
//   --package         starts from an empty dist/ and adds what only the npm package needs: declarations and licences
// Files are written beside their place and renamed into it, entry points last, so that a program started from dist/ at
// the same moment sees the old build or the new one, never half of each.
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmod, mkdir, readdir, readFile, rename, rm, utimes, writeFile } from 'node:fs/promises';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import { filesUnder } from './files.mjs';
import { programText } from './program-script.mjs';

const root = resolve(import.meta.dirname, '..');
const target = 'node20.19';
const stampFile = 'dist/.built';
/** Modules of Node that few runs need. */
const laterModules = ['child_process', 'crypto', 'module', 'os', 'readline/promises', 'timers/promises', 'tty', 'zlib'];

process.chdir(root);
const [mode, folder = 'build'] = process.argv.slice(2);
if (mode !== undefined && mode !== '--tests' && mode !== '--package') {
  console.error('usage: node tools/build.mjs [--tests [FOLDER] | --package]');
  process.exit(64);
}
// esbuild has printed what is wrong already
process.once('uncaughtException', error => {
  if (error.errors === undefined) console.error(error);
  process.exit(1);
});
if (mode === '--package') await rm('dist', { recursive: true, force: true });
if (mode === '--tests') await transpile(folder);
await bundle();
if (mode === '--package') {
  await promisify(execFile)(process.execPath, [
    'node_modules/typescript/bin/tsc',
    '-p',
    'tools/tsconfig.types.json',
  ]).catch(error => {
    console.error(error.stdout || error.message);
    process.exit(1);
  });
}

/** Bundles the program into one script with its code cache, and the package's doors into modules; stamps the result. */
async function bundle() {
  // as of now: a source that is edited while the build runs must be newer than the stamp
  const asOf = new Date();
  const common = {
    outdir: 'dist',
    bundle: true,
    write: false,
    metafile: true,
    platform: 'node',
    target,
    conditions: ['nearmetal-source'],
    external: ['libxml2-wasm'],
    minifySyntax: true,
    minifyWhitespace: true,
    logLevel: 'warning',
  };
  const [program, doors] = await Promise.all([
    build({
      ...common,
      entryPoints: { program: 'src/cli/run.ts' },
      format: 'cjs',
      minifyIdentifiers: true,
      plugins: [laterParts()],
    }),
    build({
      ...common,
      entryPoints: { libvirt: 'src/libvirt/index.ts', index: 'src/index.ts' },
      format: 'esm',
      splitting: true,
      chunkNames: 'chunks/[name]-[hash]',
    }),
  ]);
  const [script] = program.outputFiles;
  // read as single bytes at the start; esbuild leaves the text of regular expressions as it is
  const ascii = programText(
    withLaterModules(withImports(script.text)).replace(
      /[^\0-\x7f]/g,
      unit => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
    ),
  );
  script.contents = Buffer.from(ascii);
  const hash = createHash('sha256').update(ascii).digest('hex').slice(0, 8).toUpperCase();
  script.path = script.path.replace(/\.js$/, `-${hash}.cjs`);
  const cli = await build({
    ...common,
    entryPoints: { cli: 'src/cli/main.ts' },
    // Node starts a CommonJS file some milliseconds sooner than a module
    format: 'cjs',
    outExtension: { '.js': '.cjs' },
    plugins: [programDoor()],
    define: {
      PROGRAM: JSON.stringify(basename(script.path)),
      nodeRequire: 'require',
      'import.meta.dirname': '__dirname',
    },
  });
  const results = [program, doors, cli];
  const files = results.flatMap(({ outputFiles }) =>
    outputFiles.map(file => ({ path: relative(root, file.path), contents: file.contents })),
  );
  const isEntry = path => dirname(path) === 'dist' && (path.endsWith('.js') || path === join('dist', 'cli.cjs'));
  const made = files.map(file => file.path);
  for (const file of files.filter(file => !isEntry(file.path))) await replace(file.path, file.contents);
  if (mode !== '--package') {
    // for this machine's Node, so not for the package
    const cache = relative(root, script.path).replace(/cjs$/, 'cache');
    const fresh = join('dist', `.${basename(cache)}.${process.pid}`);
    await promisify(execFile)(process.execPath, [
      'tools/make-code-cache.mjs',
      script.path,
      fresh,
      'examples/kvm-4-nodes',
    ]);
    await rename(fresh, cache);
    made.push(cache);
  }
  for (const file of files.filter(file => isEntry(file.path))) {
    const isProgram = file.path === join('dist', 'cli.cjs');
    const shebang = isProgram && !Buffer.from(file.contents.slice(0, 2)).equals(Buffer.from('#!'));
    const contents = shebang ? Buffer.concat([Buffer.from('#!/usr/bin/env node\n'), file.contents]) : file.contents;
    await replace(file.path, contents, isProgram ? 0o755 : undefined);
  }
  if (mode === '--package') {
    const inputs = results.flatMap(({ metafile }) => Object.keys(metafile.inputs));
    await replace('dist/licenses.txt', await licences(inputs));
  }
  await retire(made);
  await replace(stampFile, `${made.join('\n')}\n`, undefined, asOf);
}

/**
 * A script that comes out of V8's code cache has no import of its own ("A dynamic import callback was not specified"): the
 * program is handed that of cli.cjs as importModule.
 */
function withImports(text) {
  return text.replaceAll(/(?<![\w$.'"`])import\(/g, 'importModule(');
}

/** They are loaded at their first use: Node takes some milliseconds for child_process and crypto each. */
function withLaterModules(text) {
  return text.replaceAll(/=require\("node:([a-z/_]+)"\)/g, (whole, name) =>
    laterModules.includes(name) ? `=requireLater("node:${name}")` : whole,
  );
}

/** In the built cli.cjs the program is not imported but loaded, see load-program.mjs. */
function programDoor() {
  const path = resolve('tools/load-program.mjs');
  return { name: 'program-door', setup: ({ onResolve }) => onResolve({ filter: /^#cli\/run$/ }, () => ({ path })) };
}

/**
 * Examples and sources of rules are for tests and for those who read on: in the program they are made when somebody asks for
 * them. Where they begin and end is told by the formatter's own layout.
 */
function laterParts() {
  const filter = /[\\/]src[\\/]rules[\\/][^\\/]+[\\/][^\\/]+\.ts$/;
  return {
    name: 'later-parts',
    setup: ({ onLoad }) =>
      onLoad({ filter }, async ({ path }) => {
        const text = await readFile(path, 'utf8');
        return {
          loader: 'ts',
          contents: text.replace(
            /^ {2}(examples|sources|departs): (\[$[\s\S]*?^ {2}\]),$/gm,
            '  get $1() { return $2; },',
          ),
        };
      }),
  };
}

/**
 * Removes what neither this build nor the one before it made: a program that started from the previous build may still
 * load its parts.
 */
async function retire(made) {
  const before = await readFile(stampFile, 'utf8').catch(() => '');
  const wanted = new Set([...made, ...before.split('\n')]);
  const isPart = entry => /-[A-Z0-9]{8}\.(js|cjs|cache)$/.test(entry);
  for (const folder of ['dist', 'dist/chunks']) {
    for (const entry of await readdir(folder).catch(() => [])) {
      const path = join(folder, entry);
      const isOver = isPart(entry) ? !wanted.has(path) : /\.c?js$/.test(entry) && !made.includes(path);
      if (isOver) await rm(path, { force: true });
    }
  }
}

/** Transpiles beside the old files, then puts src/ and test/ in the place of the old ones. */
async function transpile(place) {
  // as deep as the place itself: the source maps say how far away the sources are
  const fresh = `${place}.new-${process.pid}`;
  await mkdir(place, { recursive: true });
  const sources = [...(await filesUnder('src', '.ts')), ...(await filesUnder('test', '.ts'))];
  await build({
    entryPoints: sources,
    outbase: '.',
    outdir: fresh,
    format: 'esm',
    platform: 'node',
    target,
    sourcemap: 'inline',
    sourcesContent: false,
    logLevel: 'warning',
  });
  for (const part of await readdir(fresh)) {
    await rename(join(place, part), join(fresh, `${part}.old`)).catch(ignoreMissing);
    await rename(join(fresh, part), join(place, part));
  }
  await rm(fresh, { recursive: true, force: true });
}

/** The licence texts of every package whose code is inside the bundle. */
async function licences(paths) {
  const folders = paths.map(path => /^node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path)?.[0]).filter(Boolean);
  const parts = [];
  for (const place of new Set(folders)) {
    const { name, version, license } = JSON.parse(await readFile(join(place, 'package.json'), 'utf8'));
    const text = (await readdir(place)).find(file => /^licen[cs]e/i.test(file));
    if (text === undefined) throw new Error(`${name} is bundled but brings no licence text`);
    parts.push(`${name} ${version} (${license})\n\n${(await readFile(join(place, text), 'utf8')).trim()}\n`);
  }
  return `The program contains code of these packages.\n\n${parts.join(`\n${'-'.repeat(80)}\n\n`)}`;
}

async function replace(path, contents, mode, time) {
  const fresh = join(dirname(path), `.${basename(path)}.${process.pid}`);
  await mkdir(dirname(path), { recursive: true });
  await writeFile(fresh, contents);
  if (mode !== undefined) await chmod(fresh, mode);
  if (time !== undefined) await utimes(fresh, time, time);
  await rename(fresh, path);
}

function ignoreMissing(error) {
  if (error.code !== 'ENOENT') throw error;
}
