/** An assignment of a shell: `NAME=value`. */
export interface ShellAssignment {
  readonly name: string;
  /** `+=` adds to what the variable held. */
  readonly operator: '=' | '+=';
  readonly parts: readonly ShellPart[];
  /** Counts from 1. */
  readonly line: number;
  /** Where its value begins and ends in the text of the file, quotes and all; counts from 0. */
  readonly start: number;
  readonly end: number;
  /** Whether it stands under a condition, in a loop or in a function, so that only a shell knows if it takes place. */
  readonly isConditional: boolean;
}

/** How a piece of a value is quoted. */
export type ShellQuote = 'none' | 'single' | 'double';

/** A piece of a value: text as it stands, another variable, or something that only a shell can work out. */
export type ShellPart = (
  | { readonly kind: 'text'; readonly text: string; readonly line: number; readonly column: number }
  | { readonly kind: 'variable'; readonly name: string }
  | {
      /** `${name:+…}` and `${name:-…}`, with or without the colon: the parts where the variable holds something, or where it does not. */
      readonly kind: 'alternative';
      readonly name: string;
      readonly operator: '+' | '-';
      readonly parts: readonly ShellPart[];
    }
  | { readonly kind: 'computed' }
) & {
  /** Where it begins and ends in the text of the file, an escaping backslash included, quotes around it not; counts from 0. */
  readonly start: number;
  readonly end: number;
  readonly quote: ShellQuote;
};

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
