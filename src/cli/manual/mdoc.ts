/**
 * Writes mdoc, the language of manual pages (mdoc(7)): one sentence a line, no line longer than 78 columns, everything beyond ASCII by
 * its name.
 */

/** Gives a paragraph as lines of text. `*word*` in it is emphasized, `` `word` `` set as it is typed. */
export function textLines(text: string): readonly string[] {
  return sentencesOf(text).flatMap(sentence => wrapped(sentence).map(line => atLineStart(styled(escaped(line)))));
}

/** Gives words for the line of a macro: what could be taken for a macro or a delimiter is not. */
export function macroWords(text: string): string {
  return escaped(text)
    .split(' ')
    .map(word => (/^[A-Z%][a-z0-9]?[a-z]?$|^[.,:;()[\]?!|]$/.test(word) ? `\\&${word}` : word))
    .join(' ');
}

/** Gives a display of lines as they are typed. */
export const display = (lines: readonly string[]): readonly string[] => [
  '.Bd -literal -offset indent',
  ...lines.map(line => atLineStart(escaped(line))),
  '.Ed',
];

/** A full stop ends a sentence before a capital letter only: not in “e.g. web01”. */
const sentencesOf = (text: string): readonly string[] => text.split(/(?<=[.!?]) (?=[A-Z`“"])/);

function wrapped(sentence: string): readonly string[] {
  const lines: string[] = [];
  let line = '';
  // what is typed is not cut
  for (const word of sentence.match(/`[^`]*`\S*|\S+/g) ?? []) {
    if (line !== '' && line.length + 1 + word.length > 72) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, line];
}

const names: Readonly<Record<string, string>> = {
  '\\': '\\e',
  '’': '\\(cq',
  '‘': '\\(oq',
  '“': '\\(lq',
  '”': '\\(rq',
  '…': '\\&...',
  '–': '\\(en',
  '×': '\\(mu',
  '·': '\\(pc',
  '≥': '\\(>=',
  '≤': '\\(<=',
  '§': '\\(sc',
  '→': '\\(->',
};

const escaped = (text: string): string =>
  text
    .replaceAll(/[\\’‘“”…–×·≥≤§→]/g, letter => names[letter] ?? letter)
    .replaceAll(
      /[^\x20-\x7e]/gu,
      letter => `\\[u${(letter.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}]`,
    )
    // a hyphen that is typed stays one
    .replaceAll(/(?<=^|[\s`(["=])-{1,2}(?=[a-z])/g, dashes => '\\-'.repeat(dashes.length));

const styled = (line: string): string =>
  line.replaceAll(/`([^`]*)`/g, '\\fB$1\\fR').replaceAll(/\*([^*]+)\*/g, '\\fI$1\\fR');

const atLineStart = (line: string): string => (/^[.']/.test(line) ? `\\&${line}` : line);
