import type { PlaceEdit } from '#change/recipes/edit-places';
import type { Bytes } from '#units/bytes';

/** The memory of a guest at its start, and how much of it the balloon leaves it. */
export interface GuestMemory {
  readonly memory: Bytes;
  readonly current: Bytes;
}

/**
 * The memory that libvirt gives a guest at its start, in bytes: the sum of its NUMA cells and memory devices where it has cells, whatever
 * `memory` says; else what `memory` says. Measured with libvirt 9.0.
 */
export function memoryAtStart(
  memory: Bytes,
  cells: readonly { readonly memory: number }[],
  devices: readonly { readonly size: number }[],
): number {
  if (cells.length === 0) return memory;
  return cells.reduce((sum, cell) => sum + cell.memory, 0) + devices.reduce((sum, device) => sum + device.size, 0);
}

/**
 * Gives the edits that bring the memory of a guest to an amount, in bytes: where its balloon held nothing it holds nothing after, and it never
 * leaves the guest more than there is. None where it has that amount.
 */
export function memoryEdits({ memory, current }: GuestMemory, to: number): readonly PlaceEdit[] {
  if (memory === to) return [];
  const kib = (amount: number): string => String(Math.ceil(amount / 1024));
  const left = current === memory ? to : Math.min(current, to);
  return [
    ['memory', kib(memory), kib(to)],
    ...(left === current ? [] : [['currentMemory', kib(current), kib(left)] as const]),
  ];
}
