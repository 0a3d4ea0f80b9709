/**
 * Patterns of names as the shell, systemd and udev write them (glob(7)): `*` for any run of characters, `?` for one, `[a-z]` and
 * `[!a-z]` for one of a set; a backslash takes the next character as it is. Time is at most pattern times text: no backtracking
 * beyond the last star.
 */
export interface GlobWays {
  /** Whether `*`, `?` and sets stop at a slash, as in paths. */
  readonly slash: 'stops' | 'is-like-any';
}

/** Longest pattern or text that is compared; what is longer does not match. */
const longest = 4096;

/** Whether a pattern has any wildcard. */
export const isGlob = (pattern: string): boolean => /[*?[]/.test(pattern);

/** Whether the whole text matches the pattern. */
export function matchesGlob(pattern: string, text: string, ways: GlobWays = { slash: 'stops' }): boolean {
  if (pattern.length > longest || text.length > longest) return false;
  const tokens = tokensOf(pattern);
  const isAny = (character: string): boolean => ways.slash === 'is-like-any' || character !== '/';
  let at = 0;
  let token = 0;
  let star = -1;
  let starAt = 0;
  while (at < text.length) {
    const character = text.charAt(at);
    const next = tokens[token];
    if (next?.kind === 'star') {
      star = token++;
      starAt = at;
    } else if (next !== undefined && (next.kind === 'one' ? isAny(character) : next.takes(character, isAny))) {
      token++;
      at++;
    } else if (star >= 0 && isAny(text.charAt(starAt))) {
      token = star + 1;
      at = ++starAt;
    } else {
      return false;
    }
  }
  while (tokens[token]?.kind === 'star') token++;
  return token === tokens.length;
}

type Token =
  | { readonly kind: 'star' }
  | { readonly kind: 'one' }
  | {
      readonly kind: 'set';
      readonly takes: (character: string, isAny: (character: string) => boolean) => boolean;
    };

function tokensOf(pattern: string): readonly Token[] {
  const tokens: Token[] = [];
  for (let at = 0; at < pattern.length; at++) {
    const character = pattern.charAt(at);
    if (character === '*') {
      if (tokens.at(-1)?.kind !== 'star') tokens.push({ kind: 'star' });
    } else if (character === '?') {
      tokens.push({ kind: 'one' });
    } else if (character === '[') {
      const end = pattern.indexOf(']', at + (pattern[at + 1] === '!' || pattern[at + 1] === '^' ? 3 : 2));
      if (end < 0) {
        tokens.push(literal('['));
        continue;
      }
      tokens.push(setOf(pattern.slice(at + 1, end)));
      at = end;
    } else if (character === '\\' && at + 1 < pattern.length) {
      tokens.push(literal(pattern.charAt(++at)));
    } else {
      tokens.push(literal(character));
    }
  }
  return tokens;
}

const literal = (wanted: string): Token => ({ kind: 'set', takes: character => character === wanted });

function setOf(body: string): Token {
  const isNegated = body.startsWith('!') || body.startsWith('^');
  const members = isNegated ? body.slice(1) : body;
  const ranges: (readonly [string, string])[] = [];
  for (let at = 0; at < members.length; at++) {
    const first = members.charAt(at);
    if (members[at + 1] === '-' && at + 2 < members.length) {
      ranges.push([first, members.charAt(at + 2)]);
      at += 2;
    } else {
      ranges.push([first, first]);
    }
  }
  return {
    kind: 'set',
    takes: (character, isAny) =>
      isAny(character) && ranges.some(([from, to]) => from <= character && character <= to) !== isNegated,
  };
}
