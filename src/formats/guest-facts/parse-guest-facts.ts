/**
 * Reads a facts file: what the script of `nearmetal sources --guest-script` prints inside a guest, or a person writes by hand. Lines:
 *
 *     nearmetal-guest-facts 1          the first
 *     looked PATTERN                   all files that match the pattern are in here: one that is not, is not in the guest
 *     read PATH                        a file; its lines follow, each behind a bar
 *     |TEXT
 *     denied PATH                      it is there and could not be read
 *     output ["WORD", …]               a command; its lines follow likewise; without any it has nothing to tell
 *
 * Empty lines, and lines that begin with `#`, say nothing. Windows' line ends and UTF-16 with its mark are understood.
 */
export interface GuestFacts {
  readonly looked: readonly string[];
  readonly files: ReadonlyMap<string, string>;
  readonly denied: ReadonlySet<string>;
  /** By their words, joined with a zero byte. */
  readonly outputs: ReadonlyMap<string, string>;
}

/** The first word of the first line. */
export const factsMark = 'nearmetal-guest-facts';

/** Largest facts file, in bytes. */
export const mostFactsBytes = 8 * 1024 * 1024;

/** Thrown for a text that is no facts file. */
export class FactsError extends Error {
  override readonly name = 'FactsError';
  readonly code = 'bad-facts';
  /** Counts from 1. */
  readonly line: number;

  constructor(line: number, saw: string) {
    super(`line ${line}: ${saw}`);
    this.line = line;
  }
}

/** Whether bytes begin like a facts file. */
export const isGuestFacts = (head: Uint8Array): boolean => decode(head).startsWith(factsMark);

/** Reads a facts file. @throws FactsError */
export function parseGuestFacts(bytes: Uint8Array): GuestFacts {
  const looked: string[] = [];
  const files = new Map<string, string[]>();
  const denied = new Set<string>();
  const outputs = new Map<string, string[]>();
  let open: string[] | undefined;
  for (const [index, raw] of decode(bytes).split('\n').entries()) {
    const line = raw.endsWith('\r') ? raw.slice(0, -1) : raw;
    const at = index + 1;
    if (at === 1) {
      readMark(line);
      continue;
    }
    if (line.startsWith('|')) {
      if (open === undefined) throw new FactsError(at, 'a line of text belongs to no file and no command');
      open.push(line.slice(1));
      continue;
    }
    if (line.trim() === '' || line.startsWith('#')) continue;
    open = undefined;
    const gap = line.indexOf(' ');
    const [word, rest] = [line.slice(0, Math.max(0, gap)), line.slice(gap + 1)];
    if (word === 'output') {
      open = [];
      outputs.set(wordsOf(rest, at).join('\0'), open);
    } else if (!rest.startsWith('/') || rest.length > 1000) {
      throw new FactsError(
        at,
        `${JSON.stringify(line.slice(0, 60))} is none of: looked PATTERN, read PATH, denied PATH, output […]`,
      );
    } else if (word === 'looked') looked.push(rest);
    else if (word === 'denied') denied.add(rest);
    else if (word === 'read') {
      open = [];
      files.set(rest, open);
    } else throw new FactsError(at, `“${word.slice(0, 30)}” is none of looked, read, denied, output`);
  }
  return { looked, files: joined(files), denied, outputs: joined(outputs) };
}

function readMark(line: string): void {
  const version = new RegExp(`^${factsMark} (\\d{1,4})\\s*$`).exec(line)?.[1];
  if (version === undefined) throw new FactsError(1, `it does not begin with “${factsMark} 1”`);
  if (version !== '1') throw new FactsError(1, `it has form ${version}, and this version of nearmetal reads 1`);
}

function wordsOf(text: string, line: number): readonly string[] {
  try {
    const words: unknown = JSON.parse(text);
    if (Array.isArray(words) && words.every(word => typeof word === 'string') && words.length > 0) return words;
  } catch {
    // said below
  }
  throw new FactsError(line, 'behind “output” stands a list of words: ["reg", "query", …]');
}

const joined = (texts: ReadonlyMap<string, readonly string[]>): ReadonlyMap<string, string> =>
  new Map([...texts].map(([name, lines]) => [name, lines.length === 0 ? '' : `${lines.join('\n')}\n`]));

/** PowerShell 5 writes UTF-16 when it redirects, with a mark before it. */
function decode(bytes: Uint8Array): string {
  const isUtf16 = bytes[0] === 0xff && bytes[1] === 0xfe;
  return new TextDecoder(isUtf16 ? 'utf-16le' : 'utf-8').decode(bytes);
}
