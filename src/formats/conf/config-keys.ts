import { readConfSpans } from '#formats/conf/read-libvirt-conf';
import { parseShellAssignments } from '#formats/conf/shell-assignments';
import { shellValue } from '#formats/conf/shell-words';
import { applyEdits, type TextEdit } from '#formats/conf/word-line';

/**
 * Files of `key = value` in which one key is set or taken out, and nothing else changes: lines that are commented out stay, and a new line
 * goes below the one that says the default. `libvirt`: libvirt's own files and those of xl (see read-libvirt-conf); `shell`: files that a shell
 * or systemd reads as assignments; `ini`: nfs.conf(5), with keys called `section.key`.
 */
export type ConfigSyntax = 'libvirt' | 'shell' | 'ini';

/** How a file of one syntax is read and written. */
interface Syntax {
  /** Where the key is set, in order: its whole setting and its value. */
  readonly places: (text: string, key: string) => readonly Place[];
  readonly valueOf: (text: string, key: string) => string | undefined;
  /** Writes a value as it stands in such a file; `like`: what stands, or stood, in its place. */
  readonly print: (value: string, like: string | undefined) => string;
  readonly equals: string;
}

interface Place {
  readonly start: number;
  readonly valueStart: number;
  readonly end: number;
}

/** Gives what a key is set to: texts without their quotes, lists as `["a", "b"]`; undefined: it is not set. Throws where the file has a fault. */
export const readConfigKey = (syntax: ConfigSyntax, text: string, key: string): string | undefined =>
  syntaxes[syntax].valueOf(text, key);

/** Sets a key, or takes it out (value undefined). Throws where the file has a fault. */
export function writeConfigKey(syntax: ConfigSyntax, text: string, key: string, value: string | undefined): string {
  const { places, print, equals } = syntaxes[syntax];
  const found = places(text, key);
  const [first] = found;
  if (value === undefined)
    return applyEdits(
      text,
      found.map(place => lineAround(text, place)),
    ).replace(emptySection, '');
  // of a setting that stands twice, all are made the same: which one counts depends on who reads it
  if (first !== undefined)
    return applyEdits(
      text,
      found.map(({ valueStart, end }) => ({ start: valueStart, end, text: print(value, text.slice(valueStart, end)) })),
    );
  const name = syntax === 'ini' ? key.slice(key.indexOf('.') + 1) : key;
  const range = syntax === 'ini' ? sectionOf(text, key.slice(0, key.indexOf('.'))) : { start: 0, end: text.length };
  if (range === undefined)
    return withLines(
      text,
      `${sectionMark}\n[${key.slice(0, key.indexOf('.'))}]\n${name}${equals}${print(value, undefined)}`,
    );
  const said = commentedDefault(text, name, range);
  const line = `${name}${said?.equals ?? equals}${print(value, said?.value)}`;
  const at = said?.end ?? (syntax === 'ini' ? range.start : text.length);
  if (at >= text.length) return withLines(text, line);
  return `${text.slice(0, at)}${line}\n${text.slice(at)}`;
}

const sectionMark = '# Added by nearmetal';
const emptySection = /(?:^|(?<=\n))# Added by nearmetal\n\[[^\]\n]*\]\n$|(?:^|\n)# Added by nearmetal\n\[[^\]\n]*\]$/;

/** A text without a last newline stays so: taking the line out again gives the same bytes. */
const withLines = (text: string, line: string): string =>
  text === '' || text.endsWith('\n') ? `${text}${line}\n` : `${text}\n${line}`;

/** The setting, with the line that it is alone on. */
function lineAround(text: string, { start, end }: Place): TextEdit {
  const lineStart = text.lastIndexOf('\n', start - 1) + 1;
  const next = text.indexOf('\n', end);
  const lineEnd = next < 0 ? text.length : next;
  const isAlone =
    text.slice(lineStart, start).trim() === '' && /^[ \t\r]*(?:;?[ \t\r]*)(?:#.*)?$/.test(text.slice(end, lineEnd));
  if (!isAlone) return { start, end: text[end] === ';' ? end + 1 : end, text: '' };
  if (next >= 0) return { start: lineStart, end: next + 1, text: '' };
  return { start: Math.max(0, lineStart - 1), end: lineEnd, text: '' };
}

/** The last line within the range that has the key behind a `#`: what it says, and where the next line begins. */
function commentedDefault(
  text: string,
  name: string,
  { start, end }: { readonly start: number; readonly end: number },
): { readonly value: string; readonly equals: string; readonly end: number } | undefined {
  const pattern = new RegExp(`^[ \\t]*#[ \\t]?${name.replaceAll('.', '\\.')}([ \\t]*=[ \\t]*)(.*)$`, 'gm');
  const found = [...text.slice(start, end).matchAll(pattern)].at(-1);
  if (found === undefined) return undefined;
  let after = nextLine(text, start + found.index);
  // a list that is commented out may go over several lines
  if (/\[[^\]]*$/.test(found[2] ?? '')) {
    const close = /^[ \t]*#[^\n]*\]/m.exec(text.slice(after));
    if (close !== null) after = nextLine(text, after + close.index + close[0].length - 1);
  }
  return { value: (found[2] ?? '').trim(), equals: found[1] ?? '=', end: after };
}

function nextLine(text: string, at: number): number {
  const newline = text.indexOf('\n', at);
  return newline < 0 ? text.length : newline + 1;
}

/** What stands between the heading of a section and the next one. */
function sectionOf(text: string, section: string): { readonly start: number; readonly end: number } | undefined {
  for (const heading of text.matchAll(/^[ \t]*\[[ \t]*([^\]"\n]*?)[ \t]*\]/gm)) {
    if (heading[1]?.toLowerCase() !== section.toLowerCase()) continue;
    const start = nextLine(text, heading.index + heading[0].length);
    const next = /^[ \t]*\[/m.exec(text.slice(start));
    return { start, end: next === null ? text.length : start + next.index };
  }
  return undefined;
}

const isNumber = (value: string): boolean => /^[+-]?\d{1,15}$/.test(value);

const inQuotes = (value: string): string =>
  value.includes('"') ? (value.includes("'") || value.includes('\n') ? `"""${value}"""` : `'${value}'`) : `"${value}"`;

const libvirt: Syntax = {
  places: (text, key) => readConfSpans(text).filter(span => span.key === key),
  valueOf(text, key) {
    const found = readConfSpans(text).find(span => span.key === key)?.value;
    if (found === undefined) return undefined;
    return typeof found === 'object' ? JSON.stringify(found).replaceAll(',', ', ') : String(found);
  },
  print(value, like = '') {
    if (/^(?:\[[\s\S]*\]|"[^"\n]*"|'[^'\n]*')$/.test(value)) return value;
    return isNumber(value) && !/^["']/.test(like) ? value : inQuotes(value);
  },
  equals: ' = ',
};

const shell: Syntax = {
  places: (text, key) =>
    parseShellAssignments(text)
      .filter(({ name }) => name === key)
      .map(({ start, end }) => ({ start: start - key.length - 1, valueStart: start, end })),
  valueOf(text, key) {
    const { isSet, text: value } = shellValue([{ path: '', text }], key);
    if (isSet && value === undefined) throw new TypeError(`only a shell can tell what ${key} is`);
    return isSet ? value : undefined;
  },
  print(value, like = '') {
    if (/^[\w@%+:,./-]*$/.test(value) && !/^["']/.test(like)) return value;
    return like.startsWith("'") && !value.includes("'") ? `'${value}'` : `"${value.replaceAll(/["$`\\]/g, '\\$&')}"`;
  },
  equals: '=',
};

const ini: Syntax = {
  places(text, key) {
    const section = key.slice(0, key.indexOf('.'));
    const name = key.slice(key.indexOf('.') + 1);
    const range = sectionOf(text, section);
    if (range === undefined) return [];
    const pattern = new RegExp(`^[ \\t]*(${name})[ \\t]*=[ \\t]*(.*?)[ \\t]*$`, 'gim');
    return [...text.slice(range.start, range.end).matchAll(pattern)].map(found => {
      const end = range.start + found.index + found[0].trimEnd().length;
      return { start: range.start + found.index, valueStart: end - (found[2] ?? '').length, end };
    });
  },
  valueOf(text, key) {
    const last = ini.places(text, key).at(-1);
    return last === undefined ? undefined : text.slice(last.valueStart, last.end).replace(/^"(.*)"$/, '$1');
  },
  print: value => value,
  equals: '=',
};

const syntaxes: Readonly<Record<ConfigSyntax, Syntax>> = { libvirt, shell, ini };
