import type { DiskDescription, FoundGroup, Place } from '#formats/inside/place';
import type { GroupClash } from '#formats/volume/lvm/group-clashes';
import type { Style } from '#report/human/style';
import { printable } from '#report/printable';
import { bytes, printBytes } from '#units/bytes';

/** A line of the tree: its cells, and what is said below it. */
interface Row {
  readonly cells: readonly [name: string, size: string, free: string, type: string, label: string, uuid: string];
  readonly below: readonly { readonly kind: 'note' | 'fault'; readonly says: string }[];
  /** What stands before lines below it. */
  readonly margin: string;
}

const heads = ['name', 'size', 'free', 'type', 'label', 'uuid'] as const;
const rightAligned = [1, 2];

/** Gives what stands on disks as a tree: sizes, types, labels, UUIDs, what is free; below each line what is worth knowing, and what is wrong. */
export function insideText(
  images: readonly string[],
  { disks, groups }: DiskDescription,
  clashes: readonly GroupClash[],
  style: Style,
): string {
  const rows = disks.flatMap((disk, index) => rowsOf(disk, images[index] ?? disk.name, '', ''));
  const widths = heads.map((head, column) =>
    Math.max(head.length, ...rows.map(({ cells }) => lengthOf(cells[column] ?? ''))),
  );
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, column) => {
        const room = (widths[column] ?? 0) - lengthOf(cell);
        return rightAligned.includes(column) ? ' '.repeat(room) + cell : cell + ' '.repeat(room);
      })
      .join('  ')
      .trimEnd();
  const lines = [style.dim(line(heads))];
  for (const { cells, below, margin } of rows) {
    lines.push(line(cells));
    for (const { kind, says } of below)
      lines.push(`${margin}${kind === 'fault' ? style.severity('warning', says) : style.dim(says)}`);
  }
  lines.push(...groups.flatMap(group => groupLines(group, clashes, style)));
  return `${lines.join('\n')}\n`;
}

/** `first` stands before the name, `margin` before all that is below. */
function rowsOf(place: Place, name: string, first: string, margin: string): readonly Row[] {
  const { content, inside } = place;
  const below = [
    ...notesOf(place).map(says => ({ kind: 'note' as const, says })),
    ...[...place.faults, ...(content?.faults ?? [])].map(says => ({ kind: 'fault' as const, says })),
  ];
  const own: Row = {
    cells: [
      `${first}${printable(name)}`,
      size(place.size),
      content?.free === undefined || content.usage !== 'filesystem' ? '' : size(content.free),
      printable(typeOf(place)),
      printable(content?.label ?? ''),
      printable(content?.uuid ?? (content === undefined && place.table !== undefined ? (place.table.id ?? '') : '')),
    ],
    below: below.map(one => ({ ...one, says: printable(one.says) })),
    margin: `${margin}${inside.length > 0 ? '│ ' : '  '}  `,
  };
  const children = inside.flatMap((one, index) => {
    const isLast = index === inside.length - 1;
    return rowsOf(one, shortName(one), `${margin}${isLast ? '└ ' : '├ '}`, `${margin}${isLast ? '  ' : '│ '}`);
  });
  return [own, ...children];
}

const shortName = ({ kind, partition, name }: Place): string =>
  kind === 'partition' && partition !== undefined ? `${partition.number}` : name;

function typeOf({ content, table, partition }: Place): string {
  if (partition?.role === 'extended') return 'extended';
  const own =
    content === undefined
      ? undefined
      : content.type + (content.version !== undefined && content.type === 'crypto_LUKS' ? content.version : '');
  return [own, table?.type].filter(word => word !== undefined).join(', ') || '?';
}

function notesOf({ partition, content, group, table }: Place): readonly string[] {
  const notes: string[] = [];
  const name = [partition?.name, partition?.typeName ?? partition?.type].filter(word => word !== undefined).join(', ');
  const flags = partition?.isBootable === true ? ', bootable' : '';
  if (partition !== undefined && partition.role !== 'extended') notes.push(`${name}${flags}`);
  if (group !== undefined) notes.push(`volume group ${group}`);
  if (content !== undefined && table !== undefined && table.id !== undefined) notes.push(`${table.type} ${table.id}`);
  return [...notes.filter(note => note !== ''), ...(content?.notes ?? [])];
}

function groupLines({ group, missing }: FoundGroup, clashes: readonly GroupClash[], style: Style): readonly string[] {
  const devices = `${group.physical.length} physical volume${group.physical.length === 1 ? '' : 's'}`;
  const lines = [
    '',
    `volume group ${style.bold(printable(group.name))}  ${size(group.size)}, ${size(group.free)} free, ${devices}  ${style.dim(printable(group.uuid))}`,
  ];
  for (const uuid of missing)
    lines.push(`  ${style.severity('warning', printable(`physical volume ${uuid} is not here`))}`);
  for (const { kind } of clashes.filter(clash => clash.uuid === group.uuid))
    lines.push(`  ${style.severity('warning', clashWords[kind])}`);
  return lines;
}

const clashWords = {
  'same-uuid':
    'this host has the same group: one is a copy; do not activate it here (vgimportclone gives a copy a new UUID)',
  'same-name':
    'this host has another group of this name: do not activate it here under this name (vgimportclone -n NAME)',
};

const size = (count: number): string => printBytes(bytes(count));

/** Characters, however many units of UTF-16 each takes. */
const lengthOf = (text: string): number => Array.from(text).length;
