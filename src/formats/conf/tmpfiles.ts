/**
 * Reads files of tmpfiles.d(5): `TYPE PATH MODE USER GROUP AGE ARGUMENT`. The first six fields may be quoted; the argument is the rest of
 * the line as it stands, quotes and all, with C escapes (systemd: src/tmpfiles/tmpfiles.c; checked against systemd-tmpfiles 252).
 */
export interface TmpfilesLine {
  /** Counts from 1. */
  readonly line: number;
  /** The letter: `w`, `f`, `d` … */
  readonly type: string;
  /** What stands behind the letter: `+`, `!`, `-`, `=`, `~`, `^`, `$`. */
  readonly modifiers: string;
  /** May hold wildcards and specifiers (`%v`). */
  readonly path: string;
  /** Undefined where there is none or `-`. */
  readonly argument: string | undefined;
}

/** Gives the lines that can be understood; systemd-tmpfiles passes over the others likewise. */
export function parseTmpfiles(text: string): readonly TmpfilesLine[] {
  const lines: TmpfilesLine[] = [];
  for (const [index, raw] of text.split('\n').entries()) {
    const line = raw.trim();
    if (line === '' || line.startsWith('#')) continue;
    const fields = takeFields(line, 6);
    const [kind, path] = fields?.fields ?? [];
    const type = /^([a-zA-Z])([+!=~^$-]{0,8})$/.exec(kind ?? '');
    if (fields === undefined || type?.[1] === undefined || path === undefined || !path.startsWith('/')) continue;
    const argument = fields.rest === '' || fields.rest === '-' ? undefined : unescapeC(fields.rest);
    lines.push({ line: index + 1, type: type[1], modifiers: type[2] ?? '', path: simplify(path), argument });
  }
  return lines;
}

/**
 * Takes the lines of all files in the order in which they are read; gives those of type w that are carried out, in their order: of two
 * lines with the same path the first counts and the second is ignored; a path with wildcards is another path. Lines that other
 * items overshadow are none of our matter.
 */
export function writesInOrder<L extends { readonly type: string; readonly path: string }>(
  lines: readonly L[],
): readonly L[] {
  const seen = new Set<string>();
  return lines.filter(({ type, path }) => {
    if (type !== 'w' || seen.has(path)) return false;
    seen.add(path);
    return true;
  });
}

const simplify = (path: string): string =>
  path.length > 1 ? path.replaceAll(/\/{1,4096}/g, '/').replace(/\/$/, '') : path;

function takeFields(
  line: string,
  count: number,
): { readonly fields: readonly string[]; readonly rest: string } | undefined {
  const fields: string[] = [];
  let at = 0;
  while (fields.length < count && at < line.length) {
    let field = '';
    let quote = '';
    for (; at < line.length; at++) {
      const character = line.charAt(at);
      if (character === '\\' && at + 1 < line.length) {
        field += line.slice(at, at + 2);
        at++;
      } else if (quote !== '') {
        if (character === quote) quote = '';
        else field += character;
      } else if (character === '"' || character === "'") quote = character;
      else if (/\s/.test(character)) break;
      else field += character;
    }
    if (quote !== '') return undefined;
    fields.push(unescapeC(field));
    while (at < line.length && /\s/.test(line.charAt(at))) at++;
  }
  return { fields, rest: line.slice(at) };
}

const letters: Readonly<Record<string, string>> = {
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  s: ' ',
};

/** Replaces C escapes: `\n`, `\x41`, `\101`, `\"`. */
const unescapeC = (text: string): string =>
  text.replaceAll(
    /\\(?:x([0-9a-fA-F]{2})|([0-7]{3})|([\s\S]))/g,
    (_, hex?: string, octal?: string, letter?: string) => {
      if (hex !== undefined) return String.fromCharCode(Number.parseInt(hex, 16));
      if (octal !== undefined) return String.fromCharCode(Number.parseInt(octal, 8) & 0xff);
      return letters[letter ?? ''] ?? letter ?? '';
    },
  );

/** Gives an argument (ASCII) as it stands on a line: read back by systemd-tmpfiles it is the text again. Specifiers (`%`) are made harmless. */
export const printTmpfilesArgument = (text: string): string =>
  text
    .replaceAll('\\', '\\\\')
    .replaceAll('%', '%%')
    .replaceAll(/[^ -~]|^ | $|^-$/g, character => `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`);
