import { printable } from '#report/printable';

/**
 * Gives text for Markdown as GitHub and GitLab read it, so that it shows as it is: no markup, no HTML, no formula, and nothing that would
 * mention a person, an issue or an address.
 */
export const markdownText = (text: string): string =>
  unlinked(
    printable(text)
      .trim()
      .replaceAll(/[\\`*_[\]|~$]/g, sign => `\\${sign}`)
      // at the beginning these make a list, a title or a quotation
      .replace(/^[-+#>=]/, sign => `\\${sign}`)
      .replace(/^(\d+)([.)])/, '$1\\$2'),
  );

/** The same where Markdown does not reach: inside of HTML. */
export const htmlText = (text: string): string => unlinked(printable(text));

/** An empty comment is nothing to the eye, and keeps what it parts from being a link or a mention. */
const apart = '<!-- -->';

const unlinked = (text: string): string =>
  text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll(/([@!%~$]|:\/\/|\bwww\.)(?=[\w\p{L}"])/giu, sign => `${sign}${apart}`)
    .replaceAll(/#(?=\d)/g, `#${apart}`);

/** Gives text as code, whatever backticks are in it. */
export function markdownCode(text: string): string {
  const plain = printable(text);
  const longest = Math.max(0, ...[...plain.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = '`'.repeat(longest + 1);
  const pad = plain.startsWith('`') || plain.endsWith('`') ? ' ' : '';
  return `${fence}${pad}${plain}${pad}${fence}`;
}
