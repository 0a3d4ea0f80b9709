/**
 * Reads a systemd unit file or drop-in (systemd.syntax(7)): sections, `Key=value`, comments after `#` or `;` at the beginning of a
 * line, a backslash at the end of a line goes on in the next, an empty value takes back what was set before.
 */
export interface UnitSetting {
  /** `Service.Type`, `Socket.ListenStream`. */
  readonly name: string;
  readonly value: string;
  /** Counts from 1. */
  readonly line: number;
}

/** Gives all settings in order; those taken back are left out. */
export function parseUnitFile(text: string): readonly UnitSetting[] {
  let settings: UnitSetting[] = [];
  let section = '';
  let joined = '';
  let first = 0;
  for (const [index, raw] of text.split('\n').entries()) {
    const line = raw.trim();
    if (line.startsWith('#') || line.startsWith(';')) continue;
    if (joined === '') first = index + 1;
    joined += line;
    if (joined.endsWith('\\')) {
      joined = `${joined.slice(0, -1)} `;
      continue;
    }
    const heading = /^\[([^\]]{1,256})\]$/.exec(joined);
    const equals = joined.indexOf('=');
    if (heading?.[1] !== undefined) section = heading[1];
    else if (equals > 0) {
      const name = `${section}.${joined.slice(0, equals).trim()}`;
      const value = joined.slice(equals + 1).trim();
      if (value === '') settings = settings.filter(setting => setting.name !== name);
      else settings.push({ name, value, line: first });
    }
    joined = '';
  }
  return settings;
}

/** Gives the last value of a setting over a unit file and its drop-ins, in their order. */
export const lastSetting = (files: readonly (readonly UnitSetting[])[], name: string): string | undefined =>
  files.flat().findLast(setting => setting.name === name)?.value;
