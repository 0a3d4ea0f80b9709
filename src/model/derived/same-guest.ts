import type { Guest } from '#model/guest';
import { valueIfKnown } from '#model/known';

/** Gives whether two definitions are of one guest, from two files or hosts: by uuid, and by name where one of them has none. */
export function isSameGuest(one: Guest, other: Guest): boolean {
  const [a, b] = [valueIfKnown(one.uuid), valueIfKnown(other.uuid)];
  return a === undefined || b === undefined ? one.name === other.name : a === b;
}
