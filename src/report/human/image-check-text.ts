import type { Damage, ImageCheck } from '#formats/disk/image-check';
import type { Style } from '#report/human/style';
import { printable } from '#report/printable';
import { bytes, printBytes } from '#units/bytes';

/** The most damages that are told one by one; all are in JSON. */
const mostLines = 40;

/** Gives what an examination of an image came to. `marks`: what its marks say. */
export function imageCheckText(filename: string, check: ImageCheck, marks: readonly string[], style: Style): string {
  const { leaks, corruptions, checkErrors, damages, totalClusters, allocatedClusters } = check;
  const isSound = leaks === 0 && corruptions === 0 && checkErrors === 0;
  const lines = [`${style.bold(printable(filename))}  ${verdict(check, style)}`];
  if (totalClusters !== undefined && totalClusters > 0)
    lines.push(
      `  ${allocatedClusters ?? 0} of ${totalClusters} clusters in use${part(allocatedClusters ?? 0, totalClusters)}`,
    );
  for (const damage of damages.slice(0, mostLines)) lines.push(`  ${damageLine(damage, style)}`);
  if (damages.length > mostLines) lines.push(`  … and ${damages.length - mostLines} more: --format json tells all`);
  if (marks.length > 0) lines.push(...marks.map(mark => `  marked: ${mark}`));
  if (!isSound && corruptions === 0 && checkErrors === 0) lines.push('  Leaked clusters take room and harm nothing.');
  return `${lines.join('\n')}\n`;
}

function verdict({ leaks, corruptions, checkErrors }: ImageCheck, style: Style): string {
  const counted = (count: number, one: string, many: string): string[] =>
    count === 0 ? [] : [`${count} ${count === 1 ? one : many}`];
  const said = [
    ...counted(corruptions, 'damage', 'damages'),
    ...counted(checkErrors, 'part that could not be examined', 'parts that could not be examined'),
    ...counted(leaks, 'leaked cluster', 'leaked clusters'),
  ].join(', ');
  if (said === '') return style.good('sound');
  return style.severity(corruptions > 0 || checkErrors > 0 ? 'error' : 'warning', said);
}

function damageLine({ says, at, guest = [] }: Damage, style: Style): string {
  const hit = guest
    .slice(0, 4)
    .map(({ start, length }) => `${printBytes(bytes(length))} at ${start}`)
    .join(', ');
  const more = guest.length > 4 ? ` and ${guest.length - 4} more stretches` : '';
  return `${printable(says)} ${style.dim(`(byte ${at} of the file)`)}${hit === '' ? '' : `; of the guest's disk ${hit}${more}`}`;
}

const part = (some: number, all: number): string => ` (${Math.round((100 * some) / all)} %)`;
