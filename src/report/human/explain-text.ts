import type { Style } from '#report/human/style';
import { wrap } from '#report/human/wrap';
import type { RuleSheet, SheetPart } from '#report/rule-sheet';

const margin = 19;

/** Gives all that is to be said of a rule: what its page says, for a terminal. */
export function explainText(sheet: RuleSheet, style: Style): string {
  const lines = [style.bold(sheet.id), ''];
  const say = (name: string, texts: readonly string[]): void => {
    // a label that would touch its text stands on a line of its own
    let label = name.length > margin - 2 && texts.length > 0 ? '' : name;
    if (label !== name) lines.push(style.dim(name));
    for (const text of texts) {
      const [first = '', ...rest] = wrap(text, style.width - margin);
      lines.push(
        `${style.dim(label.padEnd(margin - 1))} ${first}`,
        ...rest.map(line => `${' '.repeat(margin)}${line}`),
      );
      label = '';
    }
  };
  say('practice', [sheet.says]);
  say('why', [sheet.because]);
  say(
    'guide',
    sheet.guide.map(({ number, title }) => `${number} ${title}`),
  );
  for (const [name, says] of sheet.facts) say(name, [says]);
  for (const part of sheet.parts) {
    if (part.name === 'departs') for (const row of part.rows) sayDeparture(part, row, say);
    else say(part.name, part.rows.map(rowText));
  }
  return `${lines.join('\n')}\n`;
}

/** `latency: must, 0`. */
function rowText([first = '', ...others]: readonly string[]): string {
  const rest = others.filter(text => text !== '').join(', ');
  return rest === '' ? first : `${first}: ${rest}`;
}

const shortNames = ['erratum', 'guide says', 'true is', 'source', '--policy guide'];

function sayDeparture(
  { columns = [] }: SheetPart,
  row: readonly string[],
  say: (name: string, texts: readonly string[]) => void,
): void {
  for (const [at, text] of row.entries()) if (text !== '') say(shortNames[at] ?? columns[at] ?? '', [text]);
}
