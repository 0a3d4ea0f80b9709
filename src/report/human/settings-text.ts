import type { Style } from '#report/human/style';
import { printable } from '#report/printable';

/** One setting in force: its name, its value in words, and where it comes from. */
export interface ForceLine {
  readonly name: string;
  readonly value: string;
  readonly from: string;
}

interface NamedFile {
  readonly level: string;
  readonly file: string;
}

/** Gives the files of settings, those read and those that could be, and what is in force. */
export function settingsText(
  read: readonly NamedFile[],
  lacking: readonly NamedFile[],
  lines: readonly ForceLine[],
  style: Style,
): string {
  const width = Math.min(40, Math.max(...lines.map(({ name }) => name.length)));
  return [
    ...read.map(
      ({ level, file }) => `${level.padEnd(8)} ${printable(file)}${level === 'folder' ? '  (for XML files)' : ''}`,
    ),
    ...lacking.map(({ level, file }) => style.dim(`${level.padEnd(8)} ${printable(file)}  (there is none)`)),
    '',
    ...lines.map(
      ({ name, value, from }) =>
        `${printable(name).padEnd(width)}  ${printable(value)}  ${style.dim(`(${printable(from)})`)}`,
    ),
    '',
  ].join('\n');
}
