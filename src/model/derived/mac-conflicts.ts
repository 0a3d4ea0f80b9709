import { isCommitted } from '#model/derived/committed-guests';
import type { NetworkInterface } from '#model/domain-devices';
import type { Guest } from '#model/guest';
import { type Evidence, type Known, known, valueIfKnown } from '#model/known';

/** An address of one guest that others have too, on the same network or bridge. */
export interface MacConflict {
  readonly mac: string;
  /** network or bridge, as the XML names it. */
  readonly network: string;
  readonly others: readonly string[];
  /** Whether this guest and one of the others are both committed (run, or start with the host). */
  readonly isLive: boolean;
}

/** Gives the addresses that a guest shares with others on one network. A guest that is the same one by uuid (a copy of its definition from another host) is no other guest. Unknown where the interfaces of another guest could not be read and nothing is found without it. */
export function macConflicts(guest: Guest, guests: Known<readonly Guest[]>): Known<readonly MacConflict[]> {
  if (guests.state !== 'known') return guests;
  const own = guest.config.nics;
  if (own.state !== 'known') return own.state === 'absent' ? known([]) : own;
  const evidence: Evidence[] = own.value.map(nic => nic.at);
  const conflicts = new Map<string, MacConflict>();
  let unread: Known<never> | undefined;
  const addresses = new Set(own.value.map(nic => nic.mac));
  for (const other of guests.value) {
    if (other === guest || isSame(guest, other)) continue;
    const { nics } = other.config;
    if (nics.state === 'unknown') unread ??= nics;
    if (nics.state !== 'known') continue;
    for (const theirs of nics.value) {
      if (theirs.mac === undefined || !addresses.has(theirs.mac)) continue;
      const mine = own.value.find(nic => nic.mac === theirs.mac && networkOf(nic) === networkOf(theirs));
      if (mine === undefined) continue;
      const before = conflicts.get(theirs.mac);
      evidence.push(theirs.at);
      conflicts.set(theirs.mac, {
        mac: theirs.mac,
        network: networkOf(mine),
        others: [...(before?.others ?? []), other.name],
        isLive: before?.isLive === true || (isLive(guest) && isLive(other)),
      });
    }
  }
  if (conflicts.size === 0 && unread !== undefined) return unread;
  return known([...conflicts.values()], ...evidence);
}

const isLive = (guest: Guest): boolean => valueIfKnown(isCommitted(guest)) === true;

const isSame = (a: Guest, b: Guest): boolean => {
  const uuid = valueIfKnown(a.uuid);
  return uuid !== undefined && uuid === valueIfKnown(b.uuid);
};

const networkOf = (nic: NetworkInterface): string => `${nic.type} ${nic.source ?? ''}`.trim();
