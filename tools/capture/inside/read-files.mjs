// Runs inside a captured machine: copies what the lists of paths name into a tree that is laid out as the machine is. A link on the
// way is kept as a link and the file stands where it really stands, so that the tree reads as the machine does.
//
//   node read-files.mjs TO LIST…        also writes TO/../unread.tsv: path, reason
import {
  closeSync,
  fstatSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readlinkSync,
  readSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';

/** Larger files are left out, and named. */
const most = 2 * 1024 * 1024;
const [to, ...lists] = process.argv.slice(2);
const unread = [];
const seen = new Set();

/** Gives the real path of a path, storing each link on the way; undefined where it leads nowhere. */
function real(path) {
  let at = '';
  let parts = path.split('/').filter(part => part !== '');
  for (let links = 0; parts.length > 0; ) {
    const next = parts[0] === '..' ? dirname(at) : `${at}/${parts[0]}`;
    const rest = parts.slice(1);
    const stat = look(next);
    if (stat === undefined) return undefined;
    if (!stat.isSymbolicLink() || parts[0] === '..') {
      at = next === '/' ? '' : next;
      parts = rest;
      continue;
    }
    const target = readlinkSync(next);
    store(next, () => symlinkSync(target, join(to, next)));
    if (++links > 40) return undefined;
    if (target.startsWith('/')) at = '';
    parts = [...target.split('/').filter(part => part !== '' && part !== '.'), ...rest];
  }
  return at === '' ? '/' : at;
}

/** What a path is; undefined where it is not, or no longer (processes end while they are read). */
function look(path) {
  try {
    return lstatSync(path);
  } catch {
    return undefined;
  }
}

function store(path, make) {
  if (seen.has(path)) return;
  seen.add(path);
  mkdirSync(join(to, dirname(path)), { recursive: true });
  make();
}

function copy(path) {
  const stat = look(path);
  if (stat === undefined) return;
  if (stat.isDirectory()) {
    mkdirSync(join(to, path), { recursive: true });
    return;
  }
  if (!stat.isFile()) {
    // A device node: that it is there is all there is to say, in the list of what was not read.
    if (!seen.has(path))
      unread.push([
        path,
        stat.isCharacterDevice() ? 'character device' : stat.isBlockDevice() ? 'block device' : 'not a file',
      ]);
    seen.add(path);
    return;
  }
  if (seen.has(path)) return;
  try {
    const bytes = read(path);
    store(path, () => writeFileSync(join(to, path), bytes));
  } catch (error) {
    seen.add(path);
    unread.push([path, error.code ?? error.message]);
  }
}

function read(path) {
  const file = openSync(path, 'r');
  try {
    if (fstatSync(file).size > most) throw new Error('too large');
    const chunks = [];
    for (let total = 0; total <= most; ) {
      const chunk = Buffer.alloc(65536);
      const count = readSync(file, chunk, 0, chunk.length, null);
      if (count === 0) return Buffer.concat(chunks);
      chunks.push(chunk.subarray(0, count));
      total += count;
    }
    throw new Error('too large');
  } finally {
    closeSync(file);
  }
}

/** Visits all that a pattern names, below the real folder `at`. */
function visit(at, parts) {
  const [part, ...rest] = parts;
  if (part === undefined) {
    const place = real(at);
    if (place !== undefined) copy(place);
    return;
  }
  if (part === '**') {
    whole(at, rest);
    return;
  }
  if (!/[*{]/.test(part)) {
    visit(`${at}/${part}`, rest);
    return;
  }
  const place = real(at);
  if (place === undefined || !look(place)?.isDirectory()) return;
  const pattern = new RegExp(
    `^${part
      .replace(/[.+^$()|[\]\\]/g, '\\$&')
      .replace(/\*/g, '.*')
      .replace(/\{([^}]*)\}/g, (_, words) => `(${words.replaceAll(',', '|')})`)}$`,
  );
  for (const name of namesIn(place)) if (pattern.test(name)) visit(`${place === '/' ? '' : place}/${name}`, rest);
}

/** A whole folder, links kept; with `rest`, only what has that name at any depth. */
function whole(at, rest) {
  const place = real(at);
  if (place === undefined || !look(place)?.isDirectory()) return;
  for (const name of namesIn(place)) {
    const path = `${place}/${name}`;
    const stat = look(path);
    if (stat === undefined) continue;
    if (stat.isDirectory()) whole(path, rest);
    else if (rest.length > 0 && rest[0] !== name) continue;
    else if (stat.isSymbolicLink()) store(path, () => symlinkSync(readlinkSync(path), join(to, path)));
    else copy(path);
  }
}

function namesIn(folder) {
  try {
    return readdirSync(folder).sort();
  } catch (error) {
    unread.push([folder, error.code]);
    return [];
  }
}

for (const list of lists) {
  for (const line of read(list).toString().split('\n')) {
    if (line.startsWith('/'))
      visit(
        '',
        line
          .trim()
          .split('/')
          .filter(part => part !== ''),
      );
  }
}
writeFileSync(join(to, '../unread.tsv'), unread.map(row => `${row.join('\t')}\n`).join(''));
