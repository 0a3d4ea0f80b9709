import { isCommitted } from '#model/derived/committed-guests';
import { isSameGuest } from '#model/derived/same-guest';
import type { NetworkInterface } from '#model/domain-devices';
import type { Guest } from '#model/guest';
import { type Evidence, type Known, known, type Unknown, valueIfKnown } from '#model/known';
import { oncePer } from '#model/once-per';

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
  let shown = 0;
  const conflicts = new Map<string, MacConflict>();
  const { owners, unread } = addressesOf(guests.value);
  for (const mac of new Set(own.value.filter(isOnNetwork).map(nic => nic.mac))) {
    if (mac === undefined) continue;
    for (const { guest: other, nic: theirs } of owners.get(mac) ?? []) {
      if (other === guest || isSameGuest(guest, other)) continue;
      const mine = own.value.find(nic => nic.mac === mac && networkOf(nic) === networkOf(theirs));
      if (mine === undefined) continue;
      const before = conflicts.get(mac);
      // of a thousand copies a few show what is meant
      if (++shown <= mostShown) evidence.push(theirs.at);
      conflicts.set(mac, {
        mac,
        network: networkOf(mine),
        others: [...(before?.others ?? []), other.name],
        isLive: before?.isLive === true || (isLive(guest) && isLive(other)),
      });
    }
  }
  const missing = unread.find(({ guest: other }) => other !== guest && !isSameGuest(guest, other));
  if (conflicts.size === 0 && missing !== undefined) return missing.nics;
  return known([...conflicts.values()], ...evidence);
}

/** Who has which address, and whose interfaces could not be read: of all guests, once for all of them. */
const addressesOf = oncePer((guests: readonly Guest[]) => {
  const owners = new Map<string, { readonly guest: Guest; readonly nic: NetworkInterface }[]>();
  const unread: { readonly guest: Guest; readonly nics: Unknown }[] = [];
  for (const guest of guests) {
    const { nics } = guest.config;
    if (nics.state === 'unknown') unread.push({ guest, nics });
    if (nics.state !== 'known') continue;
    for (const nic of nics.value) {
      if (nic.mac === undefined || !isOnNetwork(nic)) continue;
      const same = owners.get(nic.mac);
      if (same === undefined) owners.set(nic.mac, [{ guest, nic }]);
      else same.push({ guest, nic });
    }
  }
  return { owners, unread };
});

const isLive = (guest: Guest): boolean => valueIfKnown(isCommitted(guest)) === true;

/** Interfaces of others that are given as evidence. */
const mostShown = 5;

/** User-mode networking (SLIRP, passt) is a network of its own for each guest: libvirt's formatdomain, “Userspace connection”. */
const isOnNetwork = ({ type }: NetworkInterface): boolean => type !== 'user';

const networkOf = (nic: NetworkInterface): string => `${nic.type} ${nic.source ?? ''}`.trim();
