import type { LayerInfo } from '#formats/disk/layer-info';
import type { Style } from '#report/human/style';
import { printable } from '#report/printable';
import { bytes, printBytes } from '#units/bytes';

/** Gives what an image says of itself, a line each. `how`: how its format is known; `marks`: what its marks say. */
export function imageInfoText(info: LayerInfo, how: string, marks: readonly string[], style: Style): string {
  const specific = info['format-specific']?.data ?? {};
  const lines: (readonly [string, string])[] = [
    ['format', `${info.format} (${how})`],
    ['size', `${size(info['virtual-size'])} as the guest sees it; ${size(info['actual-size'])} taken`],
  ];
  const say = (name: string, value: string | undefined): void => {
    if (value !== undefined) lines.push([name, value]);
  };
  say('clusters', info['cluster-size'] === undefined ? undefined : size(info['cluster-size']));
  say('backing', info['backing-filename']);
  say('', info['backing-filename'] === undefined ? undefined : recorded(info['backing-filename-format']));
  if (info.encrypted === true) say('encrypted', 'yes');
  if (info.compressed === true) say('compressed', 'yes');
  for (const mark of marks) say('marked', mark);
  for (const [name, value] of Object.entries(specific)) say(name, told(value));
  for (const { id, name, 'date-sec': seconds, 'vm-state-size': state } of info.snapshots ?? [])
    say(
      'snapshot',
      `${id} ${name}, ${new Date(seconds * 1000).toISOString().slice(0, 16).replace('T', ' ')} UTC${state > 0 ? `, with ${size(state)} of a running guest` : ''}`,
    );
  const width = Math.max(...lines.map(([name]) => name.length));
  return [
    style.bold(printable(info.filename)),
    ...lines.map(([name, value]) => `  ${style.dim(printable(name).padEnd(width))}  ${printable(value)}`),
    '',
  ].join('\n');
}

const recorded = (format: string | undefined): string =>
  format === undefined ? 'its format is not recorded' : `recorded as ${format}`;

/** What only this format says: plain values as they are, lists by their length. */
function told(value: unknown): string | undefined {
  if (typeof value === 'string' || typeof value === 'number') return String(value);
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (Array.isArray(value)) return value.length === 0 ? 'none' : `${value.length}`;
  if (typeof value !== 'object' || value === null) return undefined;
  return Object.entries(value)
    .flatMap(([name, inner]) => (typeof inner === 'object' ? [] : [`${name} ${inner}`]))
    .join(', ');
}

const size = (count: number): string => printBytes(bytes(count));
