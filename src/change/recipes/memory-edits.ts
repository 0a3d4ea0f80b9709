import type { PlaceEdit } from '#change/recipes/edit-places';
import type { Bytes } from '#units/bytes';

/** The memory of a guest at its start, and how much of it the balloon leaves it. */
export interface GuestMemory {
  readonly memory: Bytes;
  readonly current: Bytes;
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
