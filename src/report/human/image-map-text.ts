import type { MapEntry } from '#formats/disk/chain-map';
import { printable } from '#report/printable';
import { bytes, printBytes } from '#units/bytes';

/**
 * Gives one line of the map of a disk: from where, how long, what is there. `files`: the layers, the topmost first; `part`: the file of a layer of many
 * in which it stands.
 */
export function imageMapLine(
  { start, length, depth, present, zero, data, offset }: MapEntry,
  files: readonly string[],
  part?: string,
): string {
  const file = printable(part ?? files[depth] ?? '');
  const what = data
    ? `data in ${file}${offset === undefined ? ', packed or encrypted' : ` at ${offset}`}`
    : present
      ? `zeroes by ${file}`
      : zero || depth === files.length - 1
        ? 'nothing: reads as zeroes'
        : 'nothing';
  return `${String(start).padStart(16)}  ${printBytes(bytes(length)).padStart(10)}  ${what}`;
}
