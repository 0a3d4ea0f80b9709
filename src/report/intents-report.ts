import type { GuestShape } from '#model/derived/shape-of-guest';
import type { Style } from '#report/human/style';
import { printable } from '#report/printable';
import type { GuestIntents } from '#wishes/wishes';

/** What one guest is for. */
export interface IntentLine {
  readonly guest: string;
  readonly uuid: string | undefined;
  readonly said: GuestIntents;
  /** Words in its metadata that are no intents: other marks, or a slip of the pen. */
  readonly strange: readonly string[];
  /** What its shape suggests, where nobody said what it is for. */
  readonly shape: GuestShape | undefined;
}

/** Gives what guests are for, who said so, and what a guest of which nothing was said looks made for. */
export function intentsText(lines: readonly IntentLine[], style: Style): string {
  if (lines.length === 0) return 'there are no guests\n';
  const width = Math.min(40, Math.max(...lines.map(({ guest }) => printable(guest).length)));
  const told = lines.flatMap(({ guest, said, strange, shape }) => {
    const by = said.from === 'nobody' ? 'nobody said otherwise' : `said by ${said.by}`;
    const indent = ' '.repeat(width + 2);
    return [
      `${printable(guest).padEnd(width)}  ${style.bold(said.intents.join(', '))}  ${style.dim(`(${printable(by)})`)}`,
      ...(strange.length > 0
        ? [`${indent}its metadata also say ${printable(strange.join(', '))}, which is no intent`]
        : []),
      ...(shape === undefined
        ? []
        : [
            `${indent}looks like ${shape.suggests.join(' or ')}: ${shape.signs.join(', ')}`,
            `${indent}nearmetal intent ${printable(guest)} ${shape.suggests[0] ?? 'INTENT'}`,
          ]),
    ];
  });
  return `${told.join('\n')}\n`;
}

/** The same as one JSON document. */
export const intentsJson = (lines: readonly IntentLine[], version: string): object => ({
  schema: 'nearmetal.intents/1',
  tool: { name: 'nearmetal', version },
  guests: lines.map(({ guest, uuid, said, strange, shape }) => ({
    guest,
    ...(uuid === undefined ? {} : { uuid }),
    intents: said.intents,
    from: said.from,
    by: said.by,
    strange,
    ...(shape === undefined ? {} : { looksLike: { intents: shape.suggests, signs: shape.signs } }),
  })),
});
