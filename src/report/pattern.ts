/** A sentence taken apart: what all sentences of its kind have, and what differs from one to the next. */
export interface Pattern {
  /** The sentence without its values; equal for sentences that are nearly the same. */
  readonly frame: string;
  /** The values that stand in its gaps: numbers with their units, names of the subject. */
  readonly values: readonly string[];
}

const gap = '\u0000';
const tied = '\u0001';

/**
 * Takes a sentence and the names that belong to its subject (its own, its guest's, those of its parts); gives its frame and values.
 * A value is a word with a digit in it, with the unit that follows, or one of the names; values in a row are one.
 */
export function patternOf(sentence: string, names: readonly string[]): Pattern {
  const own = new Set(names);
  let text = sentence.replaceAll(gap, '?').replaceAll(tied, '?');
  for (const name of own) if (name.includes(' ')) text = text.replaceAll(name, name.replaceAll(' ', tied));
  // most sentences hold no value
  if (!/\d/.test(text) && !names.some(name => sentence.includes(name))) return { frame: text, values: [] };
  const frame: string[] = [];
  const values: string[] = [];
  let isAfterNumber = false;
  let isInRow = false;
  for (const word of text.split(' ')) {
    const [, before = '', core = '', after = ''] = /^([“"'(<[]*)(.*?)([”"')>\],;:.…%]*)$/s.exec(word) ?? [];
    const value = core.replaceAll(tied, ' ');
    const isUnit = isAfterNumber && units.has(core);
    const isValue = /\d/.test(value) || own.has(value);
    if (isUnit || (isValue && isInRow && before === '')) {
      const last = frame.pop() ?? '';
      frame.push(`${last.slice(0, last.lastIndexOf(gap) + 1)}${after}`);
      values.push(`${values.pop() ?? ''}${isUnit ? '' : ','} ${value}`);
    } else if (isValue) {
      frame.push(`${before}${gap}${after}`);
      values.push(value);
    } else frame.push(word.replaceAll(tied, ' '));
    isAfterNumber = isValue && after === '';
    isInRow = (isValue || isUnit) && after === ',';
  }
  return { frame: frame.join(' '), values };
}

const units = new Set(
  'B KiB MiB GiB TiB KB MB GB TB k kB Hz kHz MHz GHz ns µs ms s pages vCPUs CPUs % Gbit/s Mbit/s'.split(' '),
);

/**
 * Takes sentences taken apart, each with the name of its subject; gives the one sentence that is true of all, or undefined where
 * their frames differ. A value that is the same in all stays, the subject's own name becomes `‹name›`, anything else `…`.
 */
export function commonSentence(patterns: readonly Pattern[], names: readonly string[]): string | undefined {
  const [first] = patterns;
  if (first === undefined || patterns.some(({ frame }) => frame !== first.frame)) return undefined;
  let at = 0;
  return first.frame.replaceAll(gap, () => {
    const slot = at++;
    const value = first.values[slot] ?? '';
    if (patterns.every(({ values }) => values[slot] === value)) return value;
    return patterns.every(({ values }, index) => values[slot] === names[index]) ? '‹name›' : '…';
  });
}

/** Gives for each sentence those of its values that are not the same in all. */
export function differingValues(patterns: readonly Pattern[]): readonly (readonly string[])[] {
  const [first] = patterns;
  const most = patterns.reduce((so, { values }) => Math.max(so, values.length), 0);
  const differs = Array.from({ length: most }, (_, slot) =>
    patterns.some(({ values }) => values[slot] !== first?.values[slot]),
  );
  return patterns.map(({ values }) => values.filter((_, slot) => differs[slot] === true));
}
