import { unescapeOctal } from '#formats/proc/mounts';
import { type Bytes, kib } from '#units/bytes';

/** One line of /proc/swaps. */
export interface SwapLine {
  readonly path: string;
  readonly kind: 'partition' | 'file';
  readonly size: Bytes;
  readonly used: Bytes;
  readonly priority: number;
}

const header = /^Filename\s+Type\s+Size\s+Used\s+Priority\s*$/;
const area = /^(\S{1,4096})\s+(partition|file)\s+(\d{1,12})\s+(\d{1,12})\s+(-?\d{1,5})\s*$/;

/**
 * Reads /proc/swaps (linux: mm/swapfile.c, swap_show): a heading, then one line an area, sizes in KiB, blanks in paths as `\040`.
 * Gives undefined where the heading is missing or a line has another form.
 */
export function parseSwaps(text: string): readonly SwapLine[] | undefined {
  const [first, ...lines] = text.split('\n');
  if (first === undefined || !header.test(first)) return undefined;
  const areas: SwapLine[] = [];
  for (const line of lines) {
    if (line.trim() === '') continue;
    const match = area.exec(line);
    if (match?.[1] === undefined) return undefined;
    areas.push({
      path: unescapeOctal(match[1]),
      kind: match[2] === 'partition' ? 'partition' : 'file',
      size: kib(Number(match[3])),
      used: kib(Number(match[4])),
      priority: Number(match[5]),
    });
  }
  return areas;
}
