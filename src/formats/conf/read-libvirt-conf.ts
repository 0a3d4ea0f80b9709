/**
 * Reads libvirt's configuration files (libvirt.conf, qemu.conf, libvirtd.conf …): lines of `key = value`, where a value is a number, a
 * text in quotes, or a list of texts in brackets that may go over several lines; `#` begins a comment. Facts: libvirt's own files.
 */

/** A value of a configuration file. */
export type ConfValue = string | number | readonly string[];

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

/** Gives the values by key; the last line of a key wins. Throws ConfError, as libvirt itself refuses a file with a fault. */
export const readLibvirtConf = (text: string): ReadonlyMap<string, ConfValue> =>
  new Map([...readPlacedConf(text)].map(([key, { value }]) => [key, value]));

/** Gives the values by key, each with the line on which its key stands (counts from 1). Throws as readLibvirtConf does. */
export function readPlacedConf(
  text: string,
): ReadonlyMap<string, { readonly value: ConfValue; readonly line: number }> {
  const values = new Map<string, { readonly value: ConfValue; readonly line: number }>();
  const tokens = new Tokens(text);
  for (let key = tokens.next(); key !== undefined; key = tokens.next()) {
    if (key.kind !== 'word' || !/^[A-Za-z_][\w./-]*$/.test(key.text))
      throw new ConfError(key.line, `“${key.text}” where a key must stand`);
    const equals = tokens.next();
    if (equals?.text !== '=' || equals.kind !== 'mark') throw new ConfError(key.line, `no “=” behind ${key.text}`);
    values.set(key.text, { value: readValue(tokens, key.text, key.line), line: key.line });
  }
  return values;
}

function readValue(tokens: Tokens, key: string, line: number): ConfValue {
  const first = tokens.next();
  if (first?.kind === 'text') return first.text;
  if (first?.kind === 'word' && /^-?\d{1,15}$/.test(first.text)) return Number(first.text);
  if (first?.kind !== 'mark' || first.text !== '[') throw new ConfError(line, `no value for ${key}`);
  const items: string[] = [];
  for (let token = tokens.next(), isFirst = true; ; token = tokens.next(), isFirst = false) {
    if (!isFirst && token?.kind === 'mark' && token.text === ',') token = tokens.next();
    else if (!isFirst && token?.kind === 'text') throw new ConfError(token.line, `no comma in the list of ${key}`);
    if (token === undefined) throw new ConfError(line, `the list of ${key} does not end`);
    if (token.kind === 'mark' && token.text === ']') return items;
    if (token.kind !== 'text') {
      throw new ConfError(token.line, `“${token.text}” in the list of ${key}, where a text in quotes must stand`);
    }
    items.push(token.text);
  }
}

interface Token {
  readonly kind: 'word' | 'text' | 'mark';
  readonly text: string;
  readonly line: number;
}

/** Cuts the text into words, quoted texts and marks. */
class Tokens {
  readonly #text: string;
  readonly #pattern =
    /[ \t\r]+|#[^\n]*|(\n)|([=[\],])|"""([\s\S]*?)"""|"([^"\n]*)"|'([^'\n]*)'|([^\s=[\],#"']+)|([\s\S])/gy;
  #line = 1;

  constructor(text: string) {
    this.#text = text;
  }

  /** Gives the next token, undefined at the end. */
  next(): Token | undefined {
    for (let match = this.#pattern.exec(this.#text); match !== null; match = this.#pattern.exec(this.#text)) {
      const line = this.#line;
      this.#line += match[0].split('\n').length - 1;
      const [, , mark, long, double, single, word, wrong] = match;
      if (wrong !== undefined) throw new ConfError(line, `a quote that does not end`);
      if (mark !== undefined) return { kind: 'mark', text: mark, line };
      if (word !== undefined) return { kind: 'word', text: word, line };
      const text = long ?? double ?? single;
      if (text !== undefined) return { kind: 'text', text, line };
    }
    return undefined;
  }
}
