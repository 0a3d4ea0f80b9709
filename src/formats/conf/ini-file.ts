/**
 * Reads tuned's profiles and tuned-main.conf as Python's configparser does with tuned's settings (tuned: profiles/loader.py): sections in
 * brackets, `key = value`, comments after `#` or `;` at the beginning of a line and after ` #` behind a value, values that go on in
 * indented lines. Keys keep their case; repeated sections are joined, of repeated keys the last one counts.
 */
export interface IniOption {
  readonly section: string;
  readonly key: string;
  readonly value: string;
  /** Line on which the key stands; counts from 1. */
  readonly line: number;
}

/** Gives the options in order. Options in front of any section belong to the section ``. A line that is none of these is passed over. */
export function parseIni(text: string): readonly IniOption[] {
  const options = new Map<string, IniOption>();
  let section = '';
  let open: IniOption | undefined;
  let indent = 0;
  const close = (): void => {
    if (open !== undefined) options.set(`${open.section}\0${open.key}`, { ...open, value: open.value.trimEnd() });
    open = undefined;
  };
  for (const [index, raw] of text.split('\n').entries()) {
    const line = withoutComment(raw);
    const trimmed = line.trim();
    if (trimmed === '') continue;
    const indentNow = line.length - line.trimStart().length;
    if (open !== undefined && indentNow > indent) {
      open = { ...open, value: `${open.value}\n${trimmed}` };
      continue;
    }
    indent = indentNow;
    const heading = /^\[([^\]\n]{1,512})\]/.exec(trimmed);
    if (heading?.[1] !== undefined) {
      close();
      section = heading[1];
      continue;
    }
    const equals = trimmed.indexOf('=');
    close();
    if (equals <= 0) continue;
    open = { section, key: trimmed.slice(0, equals).trim(), value: trimmed.slice(equals + 1).trim(), line: index + 1 };
  }
  close();
  return [...options.values()];
}

/** A comment takes a whole line, or follows a blank. */
function withoutComment(line: string): string {
  if (/^[ \t]*[#;]/.test(line)) return '';
  const mark = /[ \t]#/.exec(line);
  return mark === null ? line : line.slice(0, mark.index);
}
