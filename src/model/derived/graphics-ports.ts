import { isCommitted } from '#model/derived/committed-guests';
import type { Graphics } from '#model/domain-devices';
import type { Guest } from '#model/guest';
import { type Evidence, type Known, known, valueIfKnown } from '#model/known';

/** A fixed port of a guest's screen that other committed guests want, too. */
export interface PortConflict {
  readonly type: string;
  readonly port: number;
  readonly others: readonly string[];
  readonly at: Evidence;
}

/** Gives the fixed ports that a committed guest shares with other committed guests on one address. Unknown where another guest's screens are, and nothing is found without it. */
export function portConflicts(guest: Guest, guests: Known<readonly Guest[]>): Known<readonly PortConflict[]> {
  if (guests.state !== 'known') return guests;
  const own = fixed(guest);
  if (own.length === 0 || valueIfKnown(isCommitted(guest)) !== true) return known([]);
  let unread: Known<never> | undefined;
  const found: PortConflict[] = [];
  for (const { type, port, address, at } of own) {
    const others: string[] = [];
    for (const other of guests.value) {
      const isSame = other === guest || (other.uuid.state === 'known' && other.uuid.value === valueIfKnown(guest.uuid));
      if (isSame || valueIfKnown(isCommitted(other)) !== true) continue;
      if (other.config.graphics.state === 'unknown') unread ??= other.config.graphics;
      if (fixed(other).some(theirs => theirs.port === port && theirs.address === address)) others.push(other.name);
    }
    if (others.length > 0) found.push({ type, port, others, at });
  }
  return found.length === 0 && unread !== undefined ? unread : known(found);
}

/** Screens whose port the definition fixes; with autoport libvirt chooses, whatever port is written. */
const fixed = (guest: Guest): readonly (Pick<Graphics, 'type' | 'at'> & { port: number; address: string })[] =>
  (valueIfKnown(guest.config.graphics) ?? []).flatMap(({ type, port, autoport, listen, at }) =>
    port === undefined || autoport || port === 0 ? [] : [{ type, port, address: listen[0] ?? '127.0.0.1', at }],
  );
