/**
 * Reads the assignments of a file that a shell sources: /etc/default/grub and /etc/default/grub.d/*.cfg (grub-mkconfig sources them),
 * /etc/sysconfig/*. The quoting rules are those of POSIX sh, section 2.2, with `+=` of bash. Commands are not carried out: what only a
 * shell can tell (command substitution, a value set under `if`) is marked, never guessed.
 */
export interface ShellAssignment {
  readonly name: string;
  /** `+=` adds to what the variable held. */
  readonly operator: '=' | '+=';
  readonly parts: readonly ShellPart[];
  /** Counts from 1. */
  readonly line: number;
  /** Whether it stands under a condition, in a loop or in a function, so that only a shell knows if it takes place. */
  readonly isConditional: boolean;
}

/** A piece of a value: text as it stands, another variable, or something that only a shell can work out. */
export type ShellPart =
  | { readonly kind: 'text'; readonly text: string; readonly line: number; readonly column: number }
  | { readonly kind: 'variable'; readonly name: string }
  | {
      /** `${name:+…}` and `${name:-…}`, with or without the colon: the parts where the variable holds something, or where it does not. */
      readonly kind: 'alternative';
      readonly name: string;
      readonly operator: '+' | '-';
      readonly parts: readonly ShellPart[];
    }
  | { readonly kind: 'computed' };

/** A file that a shell would refuse: a quote that does not end. */
export class ShellSyntaxError extends Error {
  override readonly name = 'ShellSyntaxError';
  /** Counts from 1. */
  readonly line: number;

  constructor(line: number, saw: string) {
    super(`line ${line}: ${saw}`);
    this.line = line;
  }
}

/** Takes the text of the file; gives its assignments in order. Throws ShellSyntaxError where a quote does not end. */
export function parseShellAssignments(text: string): readonly ShellAssignment[] {
  const reader = new ShellReader(text);
  const assignments: ShellAssignment[] = [];
  while (!reader.isAtEnd) {
    const statement = readStatement(reader);
    assignments.push(...statement);
  }
  return assignments;
}

const opening = new Set(['if', 'for', 'while', 'until', 'case', 'select', '{', '(']);
const closing = new Set(['fi', 'done', 'esac', '}', ')']);
const leading = new Set(['then', 'else', 'do', '!', 'function']);
const declaring = new Set(['export', 'readonly', 'declare', 'typeset', 'local']);

/** One simple command: assignments in front of a command hold for that command alone and are left out. */
function readStatement(reader: ShellReader): readonly ShellAssignment[] {
  const found: ShellAssignment[] = [];
  let isDeclaration = false;
  for (;;) {
    reader.skipBlanks();
    const separator = reader.takeSeparator();
    if (separator !== undefined) return found;
    const assignment = reader.takeAssignment();
    if (assignment !== undefined) {
      found.push(assignment);
      continue;
    }
    const word = reader.takeWord();
    if (isDeclaration) continue;
    isDeclaration = found.length === 0 && declaring.has(word);
    if (isDeclaration || (found.length === 0 && leading.has(word))) continue;
    if (found.length > 0) return reader.skipCommand();
    if (opening.has(word)) reader.depth++;
    else if (closing.has(word)) reader.depth = Math.max(0, reader.depth - 1);
    if (word === '{' || word === '(') continue;
    return reader.skipCommand();
  }
}

class ShellReader {
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
    const parts = this.#value();
    return { name, operator, parts, line, isConditional: this.depth > 0 || this.#isChained };
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
      else if (character === '$' || character === '`') this.#expansion(parts, false);
      else if (character === '\\') this.#escape(parts, false);
      else this.#plain(parts, /[^\s;&|()<>'"$`\\]{1,65536}/y);
    }
  }

  #singleQuoted(parts: ShellPart[]): void {
    const end = this.#text.indexOf("'", this.#at + 1);
    if (end < 0) throw new ShellSyntaxError(this.#line, 'a single quote that does not end');
    this.#step(1);
    this.#textPart(parts, this.#text.slice(this.#at, end));
    this.#step(end - this.#at + 1);
  }

  #doubleQuoted(parts: ShellPart[]): void {
    const line = this.#line;
    this.#step(1);
    this.#textPart(parts, '');
    for (;;) {
      const character = this.#text[this.#at];
      if (character === undefined) throw new ShellSyntaxError(line, 'a double quote that does not end');
      if (character === '"') {
        this.#step(1);
        return;
      }
      if (character === '$' || character === '`') this.#expansion(parts, true);
      else if (character === '\\') this.#escape(parts, true);
      else this.#plain(parts, /[^"$`\\]{1,65536}/y);
    }
  }

  #escape(parts: ShellPart[], isQuoted: boolean): void {
    const next = this.#text[this.#at + 1];
    if (next === '\n') {
      this.#step(2);
      return;
    }
    const isTaken = next !== undefined && (!isQuoted || /["$`\\]/.test(next));
    if (isTaken) this.#step(1);
    this.#textPart(parts, this.#text.charAt(this.#at));
    this.#step(1);
  }

  #expansion(parts: ShellPart[], isQuoted: boolean): void {
    const variable = this.#match(/\$(?:\{[A-Za-z_][A-Za-z0-9_]{0,255}\}|[A-Za-z_][A-Za-z0-9_]{0,255})/y);
    if (variable !== undefined) {
      parts.push({ kind: 'variable', name: variable.replace(/^\$\{?/, '').replace(/\}$/, '') });
      return;
    }
    if (this.#alternative(parts, isQuoted)) return;
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
      this.#textPart(parts, '$');
      this.#step(1);
      return;
    }
    parts.push({ kind: 'computed' });
  }

  /** Reads `${name:+…}` where its word holds only text and variables; else gives false and has read nothing. */
  #alternative(parts: ShellPart[], isQuoted: boolean): boolean {
    const form =
      /\$\{([A-Za-z_][A-Za-z0-9_]{0,255}):?([-+])((?:[^{}"'`\\]|\$\{[A-Za-z_][A-Za-z0-9_]{0,255}\}){0,4096})\}/y;
    form.lastIndex = this.#at;
    const [whole, name, operator, word] = form.exec(this.#text) ?? [];
    if (whole === undefined || name === undefined || word === undefined) return false;
    // outside quotes its blanks would split the value
    if ((!isQuoted && /\s/.test(word)) || word.includes('$(')) return false;
    const inner: ShellPart[] = [];
    const line = this.#line;
    const column = this.#at - this.#lineStart + 1;
    for (const [run, braced, bare] of word.matchAll(/\$\{(\w+)\}|\$([A-Za-z_]\w*)|[^$]+|\$/g)) {
      const variable = braced ?? bare;
      inner.push(
        variable === undefined ? { kind: 'text', text: run, line, column } : { kind: 'variable', name: variable },
      );
    }
    parts.push({ kind: 'alternative', name, operator: operator === '+' ? '+' : '-', parts: inner });
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

  #plain(parts: ShellPart[], pattern: RegExp): void {
    pattern.lastIndex = this.#at;
    const text = pattern.exec(this.#text)?.[0] ?? '';
    this.#textPart(parts, text);
    this.#step(text.length);
  }

  #textPart(parts: ShellPart[], text: string): void {
    parts.push({ kind: 'text', text, line: this.#line, column: this.#at - this.#lineStart + 1 });
  }

  #match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at;
    const match = pattern.exec(this.#text)?.[0];
    if (match !== undefined) this.#step(match.length);
    return match;
  }

  #step(count: number): void {
    for (let end = this.#at + count; this.#at < end && this.#at < this.#text.length; this.#at++) {
      if (this.#text[this.#at] !== '\n') continue;
      this.#line++;
      this.#lineStart = this.#at + 1;
    }
  }
}
