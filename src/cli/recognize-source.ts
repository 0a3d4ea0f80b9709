import { closeSync, existsSync, openSync, readdirSync, readSync, type Stats, statSync } from 'node:fs';
import { join } from 'node:path';
import { isStandardInput, readInput, standardInput } from '#cli/read-input';
import { inputError, usageError } from '#cli/request-error';
import { systemWords } from '#cli/system-words';
import { bundleLimits } from '#formats/bundle/own/bundle-limits';
import { xmlLimits } from '#formats/xml/xml-limits';
import { shownUri } from '#libvirt/connection-uri';

/** What a SOURCE is, and where it begins. */
export interface RecognizedSource {
  readonly kind: 'bundle' | 'bundle-archive' | 'root' | 'xml';
  /** What to open, and what to call it. */
  readonly path: string;
  /** What it holds, where that cannot be read twice: of a pipe, a device or standard input. */
  readonly content?: Uint8Array;
}

/**
 * Takes a SOURCE as written and what `--as` says; tells what it is by its content: `-` is standard input; a folder with
 * nearmetal.json a bundle; a folder with proc/ or sys/ a root tree (one wrapping folder is looked through); what is compressed with gzip
 * an archived bundle; what begins like XML is XML. What is none of these, or more than one, is an error that says so.
 */
export async function recognizeSource(
  source: string,
  as: string | undefined,
  isOneOfMany = false,
): Promise<RecognizedSource> {
  if (source.trim() === '') throw usageError(`"${source}" is no SOURCE`, 'without a SOURCE this machine is checked');
  if (/^[a-z][a-z0-9+.-]*:\/\//.test(source)) {
    throw usageError(
      `${shownUri(source)} is no file and no folder`,
      source.startsWith('ssh://')
        ? 'run nearmetal collect there, and check the bundle here'
        : `a libvirt connection is given with --connect ${shownUri(source)}`,
    );
  }
  if (isStandardInput(source)) return recognizeStream(source, standardInput, as);
  const stats = statOf(source);
  if (stats.isDirectory()) return recognizeFolder(source, as);
  if (!stats.isFile()) return recognizeStream(source, source, as);
  return { kind: kindOfFile(headOf(source), source, as, isOneOfMany), path: source };
}

/** What comes only once is read whole, at most what its beginning promises. */
async function recognizeStream(source: string, name: string, as: string | undefined): Promise<RecognizedSource> {
  const content = await readInput(source, head => (isGzip(head) ? bundleLimits.bytes : xmlLimits.length));
  return { kind: kindOfFile(content.subarray(0, 512), name, as, true), path: name, content };
}

function statOf(path: string): Stats {
  try {
    return statSync(path);
  } catch (error) {
    throw inputError(`${path}: ${systemWords(error)}`);
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
    throw inputError(`${folder} cannot be read: ${systemWords(error)}`);
  }
}

function kindOfFile(
  head: Uint8Array,
  name: string,
  as: string | undefined,
  isLikelyXml: boolean,
): 'xml' | 'bundle-archive' {
  if (as === 'root') throw usageError(`${name} is a file, not a root tree`);
  if (as === 'xml') return 'xml';
  if (as === 'bundle' || isGzip(head)) return 'bundle-archive';
  const text = Buffer.from(head)
    .toString('latin1')
    .replaceAll('\u0000', '')
    .replace(/^(?:\xef\xbb\xbf|\xff\xfe|\xfe\xff)/, '')
    .trimStart();
  // among many files one that is none is reported with its place, and the others are read
  if (text.startsWith('<') || text === '' || isLikelyXml) return 'xml';
  throw inputError(
    `${name} is no XML and no bundle`,
    'domain, capabilities, network and pool XML can be checked, and what nearmetal collect wrote',
  );
}

const isGzip = (head: Uint8Array): boolean => head[0] === 0x1f && head[1] === 0x8b;

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
    throw inputError(`${path} cannot be read: ${systemWords(error)}`);
  }
}
