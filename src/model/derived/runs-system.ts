import { type GuestSystem, guestSystem } from '#model/derived/guest-system';
import type { Guest } from '#model/guest';
import { type Known, mapKnown } from '#model/known';

/**
 * Gives whether a guest runs a kind of system, for rules about what goes on inside: what the guest says of itself, else what its XML names.
 * Where neither tells it is unknown for the reason why the guest was not asked.
 */
export function runsSystem(guest: Guest, kind: GuestSystem): Known<boolean> {
  const { system } = guest.inside;
  if (system.state === 'known') return mapKnown(system, family => family === kind);
  const named = guestSystem(guest);
  return named.state === 'absent' ? mapKnown(system, family => family === kind) : mapKnown(named, one => one === kind);
}
