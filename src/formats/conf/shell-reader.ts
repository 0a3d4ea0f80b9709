import {
  type ShellAssignment,
  type ShellPart,
  type ShellQuote,
  ShellSyntaxError,
} from '#formats/conf/shell-assignment';

/** Goes through the text of a shell script; knows its quotes, not its commands. */
export class ShellReader {
  /** How many compound commands are open. */
  depth = 0;
  readonly #text: string;
  #at = 0;
  #line = 1;
  #lineStart = 0;
  /** Whether what follows depends on the command before (`a && b`). */
  #isChained = false;

  constructor(text: string) {
    this.#text = text;
  }

  get isAtEnd(): boolean {
    return this.#at >= this.#text.length;
  }

  /** Skips blanks, comments and broken lines, but no newline. */
  skipBlanks(): void {
    for (;;) {
      const character = this.#text[this.#at];
      if (character === ' ' || character === '\t' || character === '\r') this.#at++;
      else if (character === '\\' && this.#text[this.#at + 1] === '\n') this.#step(2);
      else if (character === '#') while (!this.isAtEnd && this.#text[this.#at] !== '\n') this.#at++;
      else return;
    }
  }

  /** Takes what ends a command: a newline, `;`, `&`, `|`, or the end of the file. */
  takeSeparator(): string | undefined {
    if (this.isAtEnd) return '';
    const match = this.#match(/\n|;;?|&&|&|\|\|?/y);
    if (match === undefined) return undefined;
    this.#isChained = match === '&&' || match === '||' || match === '|';
    return match;
  }

  takeAssignment(): ShellAssignment | undefined {
    const line = this.#line;
    const head = this.#match(/[A-Za-z_][A-Za-z0-9_]{0,255}\+?=/y);
    if (head === undefined) return undefined;
    const operator = head.endsWith('+=') ? '+=' : '=';
    const name = head.slice(0, -operator.length);
    const start = this.#at;
    const parts = this.#value();
    return { name, operator, parts, line, start, end: this.#at, isConditional: this.depth > 0 || this.#isChained };
  }

  /** Takes a word that is no assignment, without its quotes. */
  takeWord(): string {
    const bracket = this.#match(/[(){}]/y);
    if (bracket !== undefined) return bracket;
    const before = this.#at;
    const text = this.#value()
      .map(part => (part.kind === 'text' ? part.text : ''))
      .join('');
    if (this.#at === before) this.#step(1);
    // the head of a function: its body follows in braces
    return this.#match(/[ \t]{0,64}\(\)/y) === undefined ? text : 'function';
  }

  /** Skips the rest of a command, quotes and all. What looks like an assignment in a compound command (`case x) NAME=…`) is given as one that only a shell can judge. */
  skipCommand(): readonly ShellAssignment[] {
    const doubtful: ShellAssignment[] = [];
    for (;;) {
      this.skipBlanks();
      if (this.isAtEnd || /[\n;&|]/.test(this.#text.charAt(this.#at))) return doubtful;
      const before = this.#at;
      if (this.depth > 0) {
        const assignment = this.takeAssignment();
        if (assignment !== undefined) doubtful.push(assignment);
      }
      this.#value();
      if (this.#at === before) this.#step(1);
    }
  }

  /** Reads up to the first unquoted blank or operator. */
  #value(): readonly ShellPart[] {
    const parts: ShellPart[] = [];
    for (;;) {
      const character = this.#text[this.#at];
      if (character === undefined || /[\s;&|()<>]/.test(character)) return parts;
      if (character === "'") this.#singleQuoted(parts);
      else if (character === '"') this.#doubleQuoted(parts);
      else if (character === '$' || character === '`') this.#expansion(parts, 'none');
      else if (character === '\\') this.#escape(parts, 'none');
      else this.#textPart(parts, 'none', this.#lookAt(/[^\s;&|()<>'"$`\\]{1,65536}/y));
    }
  }

  #singleQuoted(parts: ShellPart[]): void {
    const end = this.#text.indexOf("'", this.#at + 1);
    if (end < 0) throw new ShellSyntaxError(this.#line, 'a single quote that does not end');
    this.#step(1);
    this.#textPart(parts, 'single', this.#text.slice(this.#at, end));
    this.#step(1);
  }

  #doubleQuoted(parts: ShellPart[]): void {
    const line = this.#line;
    this.#step(1);
    this.#textPart(parts, 'double', '');
    for (;;) {
      const character = this.#text[this.#at];
      if (character === undefined) throw new ShellSyntaxError(line, 'a double quote that does not end');
      if (character === '"') {
        this.#step(1);
        return;
      }
      if (character === '$' || character === '`') this.#expansion(parts, 'double');
      else if (character === '\\') this.#escape(parts, 'double');
      else this.#textPart(parts, 'double', this.#lookAt(/[^"$`\\]{1,65536}/y));
    }
  }

  #escape(parts: ShellPart[], quote: ShellQuote): void {
    const next = this.#text[this.#at + 1];
    if (next === '\n') {
      this.#step(2);
      return;
    }
    const isTaken = next !== undefined && (quote === 'none' || /["$`\\]/.test(next));
    const start = this.#at;
    if (isTaken) this.#step(1);
    this.#textPart(parts, quote, this.#text.charAt(this.#at), start);
  }

  #expansion(parts: ShellPart[], quote: ShellQuote): void {
    const start = this.#at;
    const variable = this.#match(/\$(?:\{[A-Za-z_][A-Za-z0-9_]{0,255}\}|[A-Za-z_][A-Za-z0-9_]{0,255})/y);
    if (variable !== undefined) {
      const name = variable.replace(/^\$\{?/, '').replace(/\}$/, '');
      parts.push({ kind: 'variable', name, start, end: this.#at, quote });
      return;
    }
    if (this.#alternative(parts, quote)) return;
    const line = this.#line;
    if (this.#text[this.#at] === '`') {
      const end = this.#text.indexOf('`', this.#at + 1);
      if (end < 0) throw new ShellSyntaxError(line, 'a command substitution that does not end');
      this.#step(end - this.#at + 1);
    } else if (this.#text[this.#at + 1] === '(' || this.#text[this.#at + 1] === '{') {
      this.#skipBrackets();
    } else if (/[0-9@*#?$!-]/.test(this.#text.charAt(this.#at + 1))) {
      this.#step(2);
    } else {
      this.#textPart(parts, quote, '$');
      return;
    }
    parts.push({ kind: 'computed', start, end: this.#at, quote });
  }

  /** Reads `${name:+…}` where its word holds only text and variables; else gives false and has read nothing. */
  #alternative(parts: ShellPart[], quote: ShellQuote): boolean {
    const form =
      /\$\{([A-Za-z_][A-Za-z0-9_]{0,255}):?([-+])((?:[^{}"'`\\]|\$\{[A-Za-z_][A-Za-z0-9_]{0,255}\}){0,4096})\}/y;
    form.lastIndex = this.#at;
    const [whole, name, operator, word] = form.exec(this.#text) ?? [];
    if (whole === undefined || name === undefined || word === undefined) return false;
    // outside quotes its blanks would split the value
    if ((quote === 'none' && /\s/.test(word)) || word.includes('$(')) return false;
    const inner: ShellPart[] = [];
    const line = this.#line;
    const column = this.#at - this.#lineStart + 1;
    const span = { start: this.#at, end: this.#at + whole.length, quote };
    for (const [run, braced, bare] of word.matchAll(/\$\{(\w+)\}|\$([A-Za-z_]\w*)|[^$]+|\$/g)) {
      const variable = braced ?? bare;
      inner.push(
        variable === undefined
          ? { kind: 'text', text: run, line, column, ...span }
          : { kind: 'variable', name: variable, ...span },
      );
    }
    parts.push({ kind: 'alternative', name, operator: operator === '+' ? '+' : '-', parts: inner, ...span });
    this.#step(whole.length);
    return true;
  }

  /** Skips `$(…)` or `${…}` with what is nested in it. */
  #skipBrackets(): void {
    const line = this.#line;
    let open = 0;
    this.#step(1);
    while (!this.isAtEnd) {
      const character = this.#text.charAt(this.#at);
      if (character === '(' || character === '{') open++;
      else if (character === ')' || character === '}') open--;
      else if (character === '\\') this.#step(1);
      this.#step(1);
      if (open === 0) return;
    }
    throw new ShellSyntaxError(line, 'an expansion that does not end');
  }

  /** Takes text that stands here as it is; `start` where its backslash stands in front of it. */
  #textPart(parts: ShellPart[], quote: ShellQuote, text: string, start = this.#at): void {
    const column = this.#at - this.#lineStart + 1;
    parts.push({ kind: 'text', text, line: this.#line, column, start, end: this.#at + text.length, quote });
    this.#step(text.length);
  }

  #lookAt(pattern: RegExp): string {
    pattern.lastIndex = this.#at;
    return pattern.exec(this.#text)?.[0] ?? '';
  }

  #match(pattern: RegExp): string | undefined {
    const match = this.#lookAt(pattern);
    this.#step(match.length);
    return match === '' ? undefined : match;
  }

  #step(count: number): void {
    for (let end = this.#at + count; this.#at < end && this.#at < this.#text.length; this.#at++) {
      if (this.#text[this.#at] !== '\n') continue;
      this.#line++;
      this.#lineStart = this.#at + 1;
    }
  }
}
