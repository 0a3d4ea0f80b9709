import fc from 'fast-check';

const separators = [
  '\n',
  ' ',
  '\t',
  '\0',
  ':',
  ',',
  '-',
  '=',
  '[',
  ']',
  '(',
  ')',
  '"',
  "'",
  '\\',
  '0',
  '99999999999999999999',
  '-1',
  '\ufffd',
  '__proto__',
];

/**
 * Texts that a parser may meet where it expects its own: plain noise, and its own words (`tokens`) with separators, numbers and noise
 * between them in any order, so that its deeper branches are reached.
 */
export const hostileText = (...tokens: readonly string[]): fc.Arbitrary<string> =>
  fc.oneof(
    fc.string(),
    fc
      .array(fc.oneof(fc.constantFrom(...separators, ...tokens), fc.string({ maxLength: 5 })), { maxLength: 60 })
      .map(parts => parts.join('')),
  );
