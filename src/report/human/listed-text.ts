import type { FileKind, FileStat } from '#formats/filesystem/browsed-file-system';
import type { ListedFile } from '#formats/guest-disk/guest-tree';
import type { Style } from '#report/human/style';
import { printable } from '#report/printable';

const letters: Readonly<Record<FileKind, string>> = {
  file: '-',
  folder: 'd',
  link: 'l',
  'character-device': 'c',
  'block-device': 'b',
  pipe: 'p',
  socket: 's',
};

/** Gives files a line each, as `ls -ln` does; times in UTC. */
export function listedText(files: readonly ListedFile[], style: Style): string {
  const rows = files.map(({ stat, name, target }) => [
    rights(stat),
    String(stat.links),
    String(stat.uid),
    String(stat.gid),
    String(stat.size),
    time(stat.modified),
    stat.kind === 'folder'
      ? style.bold(printable(name))
      : `${printable(name)}${target === undefined ? '' : ` -> ${printable(target)}`}`,
  ]);
  const widths = [1, 2, 3, 4].map(column => Math.max(0, ...rows.map(row => (row[column] ?? '').length)));
  return rows
    .map(([mode = '', links = '', uid = '', gid = '', size = '', when = '', name = '']) => {
      const [l = 0, u = 0, g = 0, s = 0] = widths;
      return `${mode} ${links.padStart(l)} ${uid.padStart(u)} ${gid.padStart(g)} ${size.padStart(s)} ${when} ${name}\n`;
    })
    .join('');
}

function rights({ kind, mode }: FileStat): string {
  const three = (shift: number, special: number, letter: string): string => {
    const bits = mode >> shift;
    const canRun = (bits & 1) !== 0;
    const last = (mode & special) === 0 ? (canRun ? 'x' : '-') : canRun ? letter : letter.toUpperCase();
    return `${(bits & 4) === 0 ? '-' : 'r'}${(bits & 2) === 0 ? '-' : 'w'}${last}`;
  };
  return `${letters[kind]}${three(6, 0o4000, 's')}${three(3, 0o2000, 's')}${three(0, 0o1000, 't')}`;
}

/** A damaged file system may hold any number. */
function time(seconds: number): string {
  const at = new Date(seconds * 1000);
  return Number.isNaN(at.getTime()) ? '?'.padEnd(16) : at.toISOString().slice(0, 16).replace('T', ' ');
}
