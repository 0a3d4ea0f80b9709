import { isCommitted } from '#model/derived/committed-guests';
import type { DomainConfig } from '#model/domain-config';
import type { Guest } from '#model/guest';
import { allKnown, type Evidence, type Known, known, mapKnown, orAbsent, valueIfKnown } from '#model/known';

/** A device of the host that a definition gives to its guest. */
export interface GivenDevice {
  /** Kind and address: `pci 0000:01:00.0`, `usb 046d:0a38`. */
  readonly name: string;
  readonly isShareable: boolean;
  readonly at: Evidence;
}

/** Gives the devices of the host that a definition names by address: hostdev elements, and interfaces of type hostdev. */
export const givenDevices = (config: DomainConfig): Known<readonly GivenDevice[]> =>
  mapKnown(
    allKnown({ devices: orAbsent(config.hostDevices), nics: orAbsent(config.nics) }),
    ({ devices = [], nics = [] }) => [
      ...devices.flatMap(({ type, address, isShareable, at }) =>
        address === undefined ? [] : [{ name: `${type} ${address}`, isShareable, at }],
      ),
      ...nics.flatMap(({ hostAddress, at }) =>
        hostAddress === undefined ? [] : [{ name: hostAddress, isShareable: false, at }],
      ),
    ],
  );

/** A device that two committed guests claim. */
export interface DeviceConflict {
  readonly name: string;
  readonly others: readonly string[];
  readonly at: Evidence;
}

/** Gives the devices of a committed guest that other committed guests claim, too. A guest with the same uuid is no other guest. Unknown where another guest's devices or state are, and nothing is found without it. */
export function deviceConflicts(guest: Guest, guests: Known<readonly Guest[]>): Known<readonly DeviceConflict[]> {
  if (guests.state !== 'known') return guests;
  const own = givenDevices(guest.config);
  if (own.state !== 'known') return own;
  const evidence = own.value.map(device => device.at);
  const isOwnCommitted = isCommitted(guest);
  if (own.value.length === 0 || (isOwnCommitted.state === 'known' && !isOwnCommitted.value))
    return known([], ...evidence);
  if (isOwnCommitted.state === 'unknown') return isOwnCommitted;
  const conflicts = new Map<string, DeviceConflict>();
  let unread: Known<never> | undefined;
  for (const other of guests.value) {
    const uuid = valueIfKnown(other.uuid);
    if (other === guest || (uuid !== undefined && uuid === valueIfKnown(guest.uuid))) continue;
    const theirs = givenDevices(other.config);
    if (theirs.state === 'unknown') unread ??= theirs;
    if (theirs.state !== 'known') continue;
    for (const device of theirs.value) {
      const mine = own.value.find(({ name }) => name === device.name);
      if (mine === undefined || (mine.isShareable && device.isShareable)) continue;
      const committed = isCommitted(other);
      if (committed.state === 'unknown') unread ??= committed;
      if (committed.state !== 'known' || !committed.value) continue;
      const others = [...(conflicts.get(device.name)?.others ?? []), other.name];
      conflicts.set(device.name, { name: device.name, others, at: mine.at });
      evidence.push(device.at);
    }
  }
  return conflicts.size === 0 && unread !== undefined ? unread : known([...conflicts.values()], ...evidence);
}
