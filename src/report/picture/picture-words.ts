import type { Picture, PictureCpu, PictureMemory, PictureNode, Seat, ThreadRole } from '#model/picture/picture';
import { printBytes } from '#units/bytes';
import type { CpuSet } from '#units/cpu-set';

/** The words that text, SVG and the table of the page have in common. */

/** `3 vCPUs`: a number and what is counted. */
export const countWords = (count: number, one: string, many = `${one}s`): string =>
  `${count} ${count === 1 ? one : many}`;

/** A set of CPUs, the shortest way: `0-3,8`; every second one in a row as `0-34 step 2`. */
export function cpuWords(cpus: CpuSet): string {
  const ids = [...cpus];
  const [first = 0, second = 0] = ids;
  const step = second - first;
  const isRow = ids.length > 3 && step > 1 && ids.every((id, at) => id === first + at * step);
  return isRow ? `${first}-${ids.at(-1)} step ${step}` : cpus.toString();
}

/** `node 0`, with its package where it lies in one of several that is not drawn around it; without NUMA `machine`. */
export function nodeTitle(node: PictureNode, picture: Picture, where: 'alone' | 'in-package' = 'alone'): string {
  const own = node.id === undefined ? (picture.hasNuma ? 'in no node' : 'machine') : `node ${node.id}`;
  const [id] = node.packages;
  const isNamed = picture.nesting !== 'packages-in-nodes' && picture.packages.length > 1 && id !== undefined;
  return isNamed && where === 'alone' ? `${own} · package ${id}` : own;
}

/** `128 GiB, 14.2 GiB free`; undefined where nothing is told. */
export function memoryWords({ total, free }: PictureMemory): string | undefined {
  if (total === undefined) return undefined;
  return free === undefined ? printBytes(total) : `${printBytes(total)}, ${printBytes(free)} free`;
}

/** `2 MiB pages 640 (128 free)`, a line a pool. */
export const poolWords = ({ pools }: PictureMemory): readonly string[] =>
  pools.map(({ pageSize, total, free }) => `${printBytes(pageSize)} pages ${total} (${free} free)`);

/** What of guests' memory only this node may give, guest by guest: `db01 32 GiB in 2 MiB pages`. */
export const boundWords = ({ bound }: PictureMemory, { guests }: Picture): readonly string[] =>
  bound.map(({ guest, amount, pageSize }) => {
    const name = nameOf(guests[guest]);
    return `${name} ${printBytes(amount)}${pageSize === undefined ? '' : ` in ${printBytes(pageSize)} pages`}`;
  });

/** A guest's name; of one that is off in brackets. */
export const nameOf = (guest: { readonly name: string; readonly state: 'running' | 'off' } | undefined): string =>
  guest === undefined ? '' : guest.state === 'running' ? guest.name : `(${guest.name})`;

const roleNames: Readonly<Record<ThreadRole, { readonly one: string; readonly many: string }>> = {
  vcpu: { one: 'vCPU', many: 'vCPUs' },
  emulator: { one: 'emulator', many: 'emulators' },
  iothread: { one: 'I/O thread', many: 'I/O threads' },
};

/** `4 vCPUs`, `emulator`, `2 I/O threads`. */
export const roleWords = (role: ThreadRole, count: number): string =>
  role === 'emulator' && count <= 1 ? 'emulator' : countWords(count, roleNames[role].one, roleNames[role].many);

/** What stands in the cell of a CPU: a line for each guest. */
export interface SeatLine {
  readonly text: string;
  /** Place of the guest in the picture; undefined for the line that counts those left out. */
  readonly guest: number | undefined;
  readonly isOff: boolean;
}

/**
 * Gives what stands in the cell of a CPU: `db01·0` (a vCPU), `db01 emu`, `db01 io1`, a guest that is off in brackets. A name is cut in the
 * middle to what fits; of more than `lines` guests the last are counted.
 */
export function seatLines(
  seats: readonly Seat[],
  { guests }: Picture,
  most: number,
  lines: number,
): readonly SeatLine[] {
  const groups = new Map<number, Seat[]>();
  for (const seat of seats) {
    const group = groups.get(seat.guest);
    if (group === undefined) groups.set(seat.guest, [seat]);
    else group.push(seat);
  }
  const told = groups.size > lines ? [...groups].slice(0, lines - 1) : [...groups];
  const left = groups.size - told.length;
  return [
    ...told.map(([guest, own]) => {
      const { name = '', state = 'running' } = guests[guest] ?? {};
      const isOff = state === 'off';
      const tail = seatMarks(own);
      const body = `${cut(name, Math.max(3, most - tail.length - (isOff ? 2 : 0)))}${tail}`;
      return { text: isOff ? `(${body})` : body, guest, isOff };
    }),
    ...(left > 0 ? [{ text: `${left} more guests`, guest: undefined, isOff: false }] : []),
  ];
}

/** `·0,1`, ` emu`, ` emu io1`; more than fit are counted. */
function seatMarks(seats: readonly Seat[]): string {
  const ids = (role: ThreadRole): readonly (number | undefined)[] =>
    seats.filter(seat => seat.role === role).map(({ id }) => id);
  const vcpus = ids('vcpu');
  const io = ids('iothread');
  return [
    vcpus.length === 0 ? '' : vcpus.length > 3 ? ` ${vcpus.length} vCPUs` : `·${vcpus.join(',')}`,
    ids('emulator').length > 0 ? ' emu' : '',
    io.length === 0 ? '' : io.length > 3 ? ` ${io.length} io` : ` io${io.join(',')}`,
  ].join('');
}

/** All that sits on a CPU, in full: `vCPU 0 of db01, emulator of db01`. */
export function seatSentence(seats: readonly Seat[], { guests }: Picture, most = 8): string {
  const words = seats.slice(0, most).map(({ guest, role, id }) => {
    const { name = '', state = 'running' } = guests[guest] ?? {};
    return `${roleNames[role].one}${id === undefined ? '' : ` ${id}`} of ${name}${state === 'off' ? ' (off)' : ''}`;
  });
  return [...words, ...(seats.length > most ? [`${seats.length - most} more`] : [])].join(', ');
}

/** A text cut in the middle to at most so many characters. */
export function cut(text: string, most: number): string {
  const characters = Array.from(text);
  if (characters.length <= most) return text;
  const head = Math.ceil((most - 1) / 2);
  return `${characters.slice(0, head).join('')}…${characters.slice(characters.length - (most - 1 - head)).join('')}`;
}

/** Whether two vCPUs of running guests share the CPU. */
export const isCrowded = ({ seats }: PictureCpu, { guests }: Picture): boolean =>
  seats.filter(({ role, guest }) => role === 'vcpu' && guests[guest]?.state === 'running').length > 1;
