/** A value of LVM's metadata. */
export type MetadataValue = string | number | readonly (string | number)[] | MetadataSection;

/** A section of it: names and values. */
export type MetadataSection = ReadonlyMap<string, MetadataValue>;

/** Deeper ones are none of LVM's: it writes four. */
const mostDepth = 16;
const mostValues = 2_000_000;
const token = /\s+|#[^\n]*|(")|(-?\d+(?:\.\d+)?)(?![\w.+-])|([\w.+/-]+)|([{}[\],=])/y;

/** Text of metadata that cannot be read: why, and at which letter. */
export class MetadataFault extends Error {
  constructor(message: string, at: number) {
    super(`${message} (at letter ${at} of the metadata)`);
    this.name = 'MetadataFault';
  }
}

interface Token {
  readonly kind: 'text' | 'number' | 'name' | 'sign' | 'end';
  readonly text: string;
  readonly at: number;
}

/** Parses metadata in LVM2's text format (lib/config/config.c of LVM2). Throws MetadataFault. */
export function parseMetadata(text: string): MetadataSection {
  const next = tokensOf(text);
  const top = new Map<string, MetadataValue>();
  const open: Map<string, MetadataValue>[] = [top];
  for (let word = next(), count = 0; word.kind !== 'end'; word = next(), count += 1) {
    const section = open.at(-1);
    if (count > mostValues) throw new MetadataFault('there is no end of values', word.at);
    if (word.kind === 'sign' && word.text === '}' && open.length > 1) {
      open.pop();
      continue;
    }
    if (section === undefined || (word.kind !== 'name' && word.kind !== 'number'))
      throw new MetadataFault(`a name is wanted, not ${JSON.stringify(word.text)}`, word.at);
    const sign = next();
    if (sign.text === '{' && sign.kind === 'sign') {
      if (open.length >= mostDepth) throw new MetadataFault('sections are too deep', sign.at);
      const inner = new Map<string, MetadataValue>();
      section.set(word.text, inner);
      open.push(inner);
    } else if (sign.text === '=' && sign.kind === 'sign') section.set(word.text, readValue(next));
    else throw new MetadataFault(`= or { is wanted after ${word.text}`, sign.at);
  }
  if (open.length > 1) throw new MetadataFault('a section does not end', text.length);
  return top;
}

function readValue(next: () => Token): MetadataValue {
  const first = next();
  if (first.text !== '[' || first.kind !== 'sign') return scalarOf(first);
  const list: (string | number)[] = [];
  for (let word = next(); !(word.kind === 'sign' && word.text === ']'); word = next()) {
    if (word.kind === 'sign' && word.text === ',' && list.length > 0) continue;
    list.push(scalarOf(word));
  }
  return list;
}

function scalarOf({ kind, text, at }: Token): string | number {
  if (kind === 'number') return Number(text);
  if (kind === 'text') return text.replace(/\\(.)/gs, '$1');
  throw new MetadataFault('a value is wanted', at);
}

function tokensOf(text: string): () => Token {
  const words = new RegExp(token);
  return () => {
    for (;;) {
      const at = words.lastIndex;
      if (at >= text.length) return { kind: 'end', text: '', at };
      const found = words.exec(text);
      if (found === null) throw new MetadataFault('there is something that is no word', at);
      const [, quote, number, name, sign] = found;
      if (quote !== undefined) {
        const end = endOfText(text, at + 1);
        words.lastIndex = end + 1;
        return { kind: 'text', text: text.slice(at + 1, end), at };
      }
      if (number !== undefined) return { kind: 'number', text: number, at };
      if (name !== undefined) return { kind: 'name', text: name, at };
      if (sign !== undefined) return { kind: 'sign', text: sign, at };
    }
  };
}

/** Finds the quote that ends a text; a backslash takes the meaning from the letter after it. */
function endOfText(text: string, start: number): number {
  for (let at = start; at < text.length; at += 1) {
    if (text[at] === '"') return at;
    if (text[at] === '\\') at += 1;
  }
  throw new MetadataFault('a text does not end', start);
}
