// The character classes of XML 1.0 (fifth edition) https://www.w3.org/TR/xml/#charsets and #NT-NameStartChar.

const nameStart = 1;
const nameRest = 2;
const space = 4;
/** Ends plain text: `<`, `&`, `]`, or a control character that XML forbids. */
const textStop = 8;

/** What each ASCII character may be: a sum of the flags above. */
const classes = new Uint8Array(128).map((_, code) => {
  const char = String.fromCharCode(code);
  if (/[A-Za-z_:]/.test(char)) return nameStart | nameRest;
  if (/[-.0-9]/.test(char)) return nameRest;
  if (/[ \t\r\n]/.test(char)) return space;
  return code < 0x20 || /[<&\]]/.test(char) ? textStop : 0;
});

/** First and last of each run of name characters from U+0080 to U+FFFF. */
const wideNames: readonly (readonly [number, number])[] = [
  [0xb7, 0xb7],
  [0xc0, 0xd6],
  [0xd8, 0xf6],
  [0xf8, 0x37d],
  [0x37f, 0x1fff],
  [0x200c, 0x200d],
  [0x203f, 0x2040],
  [0x2070, 0x218f],
  [0x2c00, 0x2fef],
  [0x3001, 0xd7ff],
  [0xf900, 0xfdcf],
  [0xfdf0, 0xfffd],
];

/** Those of them that cannot begin a name. */
const neverFirst: readonly (readonly [number, number])[] = [
  [0xb7, 0xb7],
  [0x300, 0x36f],
  [0x203f, 0x2040],
];

function isWithin(ranges: readonly (readonly [number, number])[], code: number): boolean {
  return ranges.some(([first, last]) => code >= first && code <= last);
}

function isWideName(text: string, at: number): boolean {
  const unit = text.charCodeAt(at);
  // U+10000 to U+EFFFF are name characters; their high surrogates are D800 to DB7F
  if (unit >= 0xd800 && unit <= 0xdb7f) return (text.charCodeAt(at + 1) & 0xfc00) === 0xdc00;
  if (unit >= 0xdc00 && unit <= 0xdfff)
    return at > 0 && text.charCodeAt(at - 1) >= 0xd800 && text.charCodeAt(at - 1) <= 0xdb7f;
  return isWithin(wideNames, unit);
}

/** The offset just past the XML name that starts at `at`, or `at` when none starts there. */
export function endOfName(text: string, at: number): number {
  const first = text.charCodeAt(at);
  if (first < 128) {
    if (((classes[first] ?? 0) & nameStart) === 0) return at;
  } else if (Number.isNaN(first) || !isWideName(text, at) || isWithin(neverFirst, first)) return at;
  let end = at + 1;
  for (;;) {
    const code = text.charCodeAt(end);
    if (code < 128 ? ((classes[code] ?? 0) & nameRest) === 0 : Number.isNaN(code) || !isWideName(text, end)) return end;
    end++;
  }
}

function isSpace(code: number): boolean {
  return code < 128 && ((classes[code] ?? 0) & space) !== 0;
}

/** The offset of the first character at or after `at` that is not XML white space. */
export function skipSpace(text: string, at: number): number {
  let end = at;
  for (;;) {
    if (!isSpace(text.charCodeAt(end))) return end;
    end++;
  }
}

/** The offset just past the last character before `end` that is not XML white space, but not before `from`. */
export function dropSpace(text: string, from: number, end: number): number {
  let at = end;
  while (at > from && isSpace(text.charCodeAt(at - 1))) at--;
  return at;
}

/** Trims what XML calls white space, which is less than JavaScript's: a no-break space is text. */
export function trimSpace(text: string): string {
  const start = skipSpace(text, 0);
  return text.slice(start, dropSpace(text, start, text.length));
}

/** Whether there is nothing but XML white space. */
export function isSpaceOnly(text: string): boolean {
  return skipSpace(text, 0) === text.length;
}

/** Whether the code unit at hand must be looked at before it can stand in text. */
export function stopsText(code: number): boolean {
  return code < 128 ? ((classes[code] ?? 0) & textStop) !== 0 : code >= 0xd800;
}

/** Whether the character at `at` (a whole code point) may stand in an XML document. */
export function isLegalCharacter(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  if (code < 0x20) return code === 9 || code === 10 || code === 13;
  if (code < 0xd800) return true;
  if (code <= 0xdbff) return (text.charCodeAt(at + 1) & 0xfc00) === 0xdc00;
  if (code <= 0xdfff) return (text.charCodeAt(at - 1) & 0xfc00) === 0xd800;
  return code < 0xfffe;
}

/** Whether a code point may be written as `&#N;`. */
export function isLegalCodePoint(code: number): boolean {
  if (code < 0x20) return code === 9 || code === 10 || code === 13;
  return code <= 0xd7ff || (code >= 0xe000 && code <= 0xfffd) || (code >= 0x10000 && code <= 0x10ffff);
}
