import { applyEdits, type TextEdit } from '#formats/conf/word-line';
import { unescapeOctal } from '#formats/proc/mounts';

/** A line of /etc/fstab and where it stands. */
export interface FstabLine {
  readonly start: number;
  readonly end: number;
  readonly fields: readonly FstabField[];
}

/** A field as it is read, and where it is written. */
export interface FstabField {
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

/** Gives the lines of /etc/fstab that name something, with the place of each field. */
export function fstabLines(text: string): readonly FstabLine[] {
  const lines: FstabLine[] = [];
  for (const { 0: line, index } of text.matchAll(/[^\n]+/g)) {
    if (line.trim() === '' || line.trim().startsWith('#')) continue;
    const fields = [...line.matchAll(/[^ \t\r]+/g)].map(({ 0: raw, index: at }) => ({
      text: unescapeOctal(raw),
      start: index + at,
      end: index + at + raw.length,
    }));
    lines.push({ start: index, end: index + line.length, fields });
  }
  return lines;
}

/** Writes a field: what separates fields goes in octal. */
export const printFstabField = (text: string): string =>
  text.replaceAll(/[ \t\n\\]/g, found => `\\${found.charCodeAt(0).toString(8).padStart(3, '0')}`);

/** The name of a mount option: `rsize` of `rsize=8192`. */
export const mountOptionName = (option: string): string => option.split('=', 1)[0] ?? option;

/** Gives the options of a line that are meant by their names, in order. */
export const optionsMeant = (field: string, names: ReadonlySet<string>): readonly string[] =>
  field.split(',').filter(option => names.has(mountOptionName(option)));

/**
 * Makes the options meant by `names` be `wanted`: those that are there are replaced where they stand, more come last, and a list that would be
 * empty is `defaults`.
 */
export function setMountOptions(field: string, names: ReadonlySet<string>, wanted: readonly string[]): string {
  const rest = [...wanted];
  const kept = field.split(',').flatMap(option => {
    if (!names.has(mountOptionName(option))) return [option];
    const next = rest.shift();
    return next === undefined ? [] : [next];
  });
  const isPlain = kept.length === 1 && kept[0] === 'defaults' && rest.length > 0;
  const all = [...(isPlain ? [] : kept), ...rest];
  return all.length === 0 ? 'defaults' : all.join(',');
}

/** Gives the text with one field replaced. */
export const replaceField = (text: string, { start, end }: FstabField, value: string): string =>
  applyEdits(text, [{ start, end, text: value } satisfies TextEdit]);
