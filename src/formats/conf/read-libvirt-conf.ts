/**
 * Reads libvirt's configuration files (libvirt.conf, qemu.conf, libvirtd.conf …): settings `key = value`, each on a line of its own or
 * ended by `;`. A value is a number, a text in quotes, or a list in brackets that may go over several lines; `#` begins a comment. As
 * libvirt itself reads them (tried with release 9.0), but for lists in lists, which none of its files has.
 */

/** A value of a configuration file. */
export type ConfValue = string | number | readonly (string | number)[];

/** A line that cannot be understood. */
export class ConfError extends Error {
  override readonly name = 'ConfError';
  /** Counts from 1. */
  readonly line: number;

  constructor(line: number, saw: string) {
    super(`line ${line}: ${saw}`);
    this.line = line;
  }
}

/** A value and the line on which its key stands (counts from 1). */
export interface PlacedConfValue {
  readonly value: ConfValue;
  readonly line: number;
}

/** A setting and where it stands in the text: from its key to the end of its value. Counts from 0. */
export interface ConfSpan extends PlacedConfValue {
  readonly key: string;
  readonly start: number;
  /** Where its value begins. */
  readonly valueStart: number;
  readonly end: number;
}

/** Gives the values by key; of a key that is set twice the first counts. Throws ConfError, where libvirt itself refuses the file. */
export const readLibvirtConf = (text: string): ReadonlyMap<string, ConfValue> =>
  new Map([...readPlacedConf(text)].map(([key, { value }]) => [key, value]));

/** Gives the same with the line of each key. */
export function readPlacedConf(text: string): ReadonlyMap<string, PlacedConfValue> {
  const values = new Map<string, PlacedConfValue>();
  for (const { key, value, line } of readConfSpans(text)) if (!values.has(key)) values.set(key, { value, line });
  return values;
}

/** Gives all settings in order, those that do not count too. Throws ConfError, where libvirt itself refuses the file. */
export function readConfSpans(text: string): readonly ConfSpan[] {
  const settings: ConfSpan[] = [];
  const tokens = new Tokens(text);
  for (let key = tokens.next(); key.kind !== 'end'; key = tokens.next()) {
    if (key.kind === 'stop') continue;
    // libvirt's own keys hold letters, digits and underscores only, those of Xen's xl.conf also dots
    if (key.kind !== 'word' || !/^[A-Za-z_][\w./-]*$/.test(key.text)) throw unexpected(key, 'a key');
    const equals = tokens.next();
    if (equals.kind !== 'mark' || equals.text !== '=') throw unexpected(equals, `“=” behind ${key.text}`);
    const { value, start: valueStart, end } = readValue(tokens, key.text);
    const stop = tokens.next();
    if (stop.kind !== 'stop' && stop.kind !== 'end') throw unexpected(stop, `the end of ${key.text}`);
    settings.push({ key: key.text, value, line: key.line, start: key.start, valueStart, end });
  }
  return settings;
}

interface ReadValue {
  readonly value: ConfValue;
  readonly start: number;
  readonly end: number;
}

function readValue(tokens: Tokens, key: string): ReadValue {
  const first = tokens.next();
  const { start } = first;
  if (first.kind !== 'mark' || first.text !== '[')
    return { value: readPlain(first, `a value of ${key}`), start, end: first.end };
  const items: (string | number)[] = [];
  for (;;) {
    const item = tokens.nextInList();
    if (item.kind === 'mark' && item.text === ']') return { value: items, start, end: item.end };
    items.push(readPlain(item, `a text or a number in the list of ${key}`));
    const behind = tokens.nextInList();
    if (behind.kind === 'mark' && behind.text === ']') return { value: items, start, end: behind.end };
    if (behind.kind !== 'mark' || behind.text !== ',') throw unexpected(behind, `a comma in the list of ${key}`);
  }
}

function readPlain(token: Token, wanted: string): string | number {
  if (token.kind === 'text') return token.text;
  if (token.kind === 'word' && /^[+-]?\d+$/.test(token.text)) return Number(token.text);
  throw unexpected(token, wanted);
}

const unexpected = ({ kind, line, text }: Token, wanted: string): ConfError =>
  new ConfError(line, `${kind === 'end' || kind === 'stop' ? 'an end' : `“${text}”`} where ${wanted} must stand`);

/** A piece of the text; a `stop` ends a setting. */
interface Token {
  readonly kind: 'word' | 'text' | 'mark' | 'stop' | 'end';
  readonly text: string;
  readonly line: number;
  readonly start: number;
  readonly end: number;
}

/** Cuts the text into tokens. */
class Tokens {
  readonly #text: string;
  readonly #pattern =
    /[ \t\r]+|#[^\n]*|([\n;])|([=[\],])|"""([\s\S]*?)"""|"([^"\n]*)"|'([^'\n]*)'|([^\s=[\],;#"']+)|([\s\S])/gy;
  #line = 1;

  constructor(text: string) {
    this.#text = text;
  }

  /** Gives the next token. */
  next(): Token {
    while (this.#pattern.lastIndex < this.#text.length) {
      const match = this.#pattern.exec(this.#text);
      if (match === null) break;
      const line = this.#line;
      this.#line += match[0].split('\n').length - 1;
      const place = { line, start: match.index, end: match.index + match[0].length };
      const [, stop, mark, long, double, single, word, wrong] = match;
      if (wrong !== undefined) throw new ConfError(line, 'a quote that does not end');
      if (stop !== undefined) return { kind: 'stop', text: stop, ...place };
      if (mark !== undefined) return { kind: 'mark', text: mark, ...place };
      if (word !== undefined) return { kind: 'word', text: word, ...place };
      const text = long ?? double ?? single;
      if (text !== undefined) return { kind: 'text', text, ...place };
    }
    const { length } = this.#text;
    return { kind: 'end', text: '', line: this.#line, start: length, end: length };
  }

  /** Gives the next token that is no end of a line: lists go over several. */
  nextInList(): Token {
    let token = this.next();
    while (token.kind === 'stop' && token.text === '\n') token = this.next();
    return token;
  }
}
