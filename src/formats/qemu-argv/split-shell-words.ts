/** A command line that ends inside a quotation, or is longer than any is. */
export class ShellError extends Error {
  override readonly name = 'ShellError';
}

/** More than this the kernel gives no program (MAX_ARG_STRLEN times 64). */
const longest = 8 * 1024 * 1024;

/**
 * Splits a command line into words as a POSIX shell does, without expanding anything: single and double quotes, backslashes, line
 * continuation. This is how libvirt prints commands (virCommandToString): words with special characters in single quotes.
 * @throws ShellError
 */
export function splitShellWords(text: string): readonly string[] {
  if (text.length > longest) throw new ShellError('the command line is longer than 8 MiB');
  const words: string[] = [];
  let word: string | undefined;
  const piece = /\s+|'([^']*)'|"((?:[^"\\]|\\[\s\S])*)"|\\\n|\\([\s\S])|[^\s'"\\]+|(['"\\])/gy;
  for (const [whole, single, double, escaped, stray] of text.matchAll(piece)) {
    if (stray !== undefined) throw new ShellError(`the command line ends inside a quotation that begins with ${stray}`);
    if (whole === '\\\n') continue;
    if (/^\s/.test(whole)) {
      if (word !== undefined) words.push(word);
      word = undefined;
      continue;
    }
    const part = single ?? double?.replaceAll(/\\([$`"\\])|\\\n/g, '$1') ?? escaped ?? whole;
    word = (word ?? '') + part;
  }
  if (word !== undefined) words.push(word);
  return words;
}
