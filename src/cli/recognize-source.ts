import { closeSync, existsSync, openSync, readdirSync, readSync, type Stats, statSync } from 'node:fs';
import { join } from 'node:path';
import { inputError, usageError } from '#cli/request-error';

/** What a SOURCE is, and where it begins. */
export interface RecognizedSource {
  readonly kind: 'bundle' | 'bundle-archive' | 'root' | 'xml' | 'stdin';
  readonly path: string;
}

/**
 * Takes a SOURCE as written and what `--as` says; tells what it is by its content: `-` is XML on standard input; a folder with
 * nearmetal.json a bundle; a folder with proc/ or sys/ a root tree (one wrapping folder is looked through); a gzip file an archived
 * bundle; a file that begins like XML is XML. What is none of these, or more than one, is an error that says so.
 */
export function recognizeSource(source: string, as: string | undefined, isOneOfMany = false): RecognizedSource {
  if (source === '-') return { kind: 'stdin', path: '-' };
  if (/^[a-z][a-z0-9+.-]*:\/\//.test(source)) {
    throw usageError(
      `${source} cannot be read yet: only files, folders and this machine`,
      'run nearmetal collect there, and check the bundle here',
    );
  }
  const stats = statOf(source);
  return stats.isDirectory() ? recognizeFolder(source, as) : recognizeFile(source, as, isOneOfMany);
}

function statOf(path: string): Stats {
  try {
    return statSync(path);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    throw inputError(
      code === 'ENOENT' ? `${path}: there is no such file or folder` : `${path} cannot be read: ${String(code)}`,
    );
  }
}

function recognizeFolder(path: string, as: string | undefined): RecognizedSource {
  if (as === 'xml') throw usageError(`${path} is a folder; name the XML files in it`);
  const own = kindsOf(path);
  const names = own.length > 0 ? [] : namesIn(path);
  // an unpacked archive often has one folder around its tree
  const inner = names.length === 1 && names[0] !== undefined ? join(path, names[0]) : undefined;
  const [base, kinds] = own.length > 0 || inner === undefined ? [path, own] : [inner, kindsOf(inner)];
  const wanted = as === undefined ? kinds : kinds.filter(kind => kind === as);
  const [kind, another] = wanted;
  if (kind === undefined) {
    if (as === 'root') return { kind: 'root', path };
    throw inputError(
      `${path} is neither a bundle (nearmetal.json) nor laid out like a root (proc/, sys/)`,
      names.some(name => name.endsWith('.xml'))
        ? `name the XML files: nearmetal check ${path}/*.xml`
        : 'nearmetal check --as root takes it for a root tree',
    );
  }
  if (another !== undefined)
    throw usageError(
      `${path} may be ${wanted.join(' or ')}`,
      `say which: ${wanted.map(one => `--as ${one}`).join(' or ')}`,
    );
  return { kind, path: base };
}

function kindsOf(folder: string): readonly ('bundle' | 'root')[] {
  if (existsSync(join(folder, 'nearmetal.json'))) return ['bundle'];
  if (existsSync(join(folder, 'basic-environment.txt')) || existsSync(join(folder, 'sos_commands'))) {
    throw inputError(
      `${folder} is a supportconfig or sosreport, which this version does not read yet`,
      'unpacked files of /proc and /sys in it can be checked with --as root',
    );
  }
  return existsSync(join(folder, 'proc')) || existsSync(join(folder, 'sys')) ? ['root'] : [];
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    throw inputError(`${folder} cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function recognizeFile(path: string, as: string | undefined, isOneOfMany: boolean): RecognizedSource {
  if (as === 'root') throw usageError(`${path} is a file, not a root tree`);
  if (as === 'xml') return { kind: 'xml', path };
  const head = headOf(path);
  if (as === 'bundle' || (head[0] === 0x1f && head[1] === 0x8b)) return { kind: 'bundle-archive', path };
  const text = Buffer.from(head)
    .toString('latin1')
    .replaceAll('\u0000', '')
    .replace(/^(?:ï»¿|ÿþ|þÿ)/, '')
    .trimStart();
  // among many files one that is none is reported with its place, and the others are read
  if (text.startsWith('<') || text === '' || isOneOfMany) return { kind: 'xml', path };
  throw inputError(
    `${path} is no XML and no bundle`,
    'domain, capabilities, network and pool XML can be checked, and what nearmetal collect wrote',
  );
}

function headOf(path: string): Uint8Array {
  try {
    const file = openSync(path, 'r');
    try {
      const head = Buffer.alloc(512);
      return head.subarray(0, readSync(file, head, 0, head.length, 0));
    } finally {
      closeSync(file);
    }
  } catch (error) {
    throw inputError(`${path} cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  }
}
