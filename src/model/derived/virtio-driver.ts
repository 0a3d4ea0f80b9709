import { guestSystem } from '#model/derived/guest-system';
import { lacksVirtio } from '#model/derived/lacks-virtio';
import { virtioPciIds, virtioVendor } from '#model/derived/virtio-pci-ids';
import type { Guest } from '#model/guest';
import { valueIfKnown } from '#model/known';

/** Virtio device types (virtio 1.2, 5). */
export type VirtioType = 1 | 8;

/** Whether a driver for a type of virtio device is at work in the guest, as the guest itself tells; false where it tells nothing. */
export function hasDriverAtWork({ inside }: Guest, type: VirtioType): boolean {
  const bound = (valueIfKnown(inside.virtioDevices) ?? []).some(one => one.type === type && one.driver !== undefined);
  const ids = virtioPciIds.get(type) ?? [];
  return (
    bound ||
    (valueIfKnown(inside.drivers) ?? []).some(({ vendor, device }) => vendor === virtioVendor && ids.includes(device))
  );
}

/** BSDs bring drivers since the releases that `lacksVirtio` knows. */
const withDrivers = /\/\/(?:openbsd\.org\/openbsd|freebsd\.org\/freebsd|netbsd\.org\/netbsd)\//;

/**
 * Whether a guest is known to drive a virtio network interface: it does already, or its system is one that brings the driver: a Linux (since
 * 2.6.25), a BSD of that age. False where the system is not known, and of Windows, which has to be given one.
 */
export function drivesVirtioNetwork(guest: Guest): boolean {
  if (hasDriverAtWork(guest, 1)) return true;
  const osId = valueIfKnown(guest.osId);
  if (osId !== undefined && lacksVirtio(osId)) return false;
  return valueIfKnown(guestSystem(guest)) === 'linux' || (osId !== undefined && withDrivers.test(osId));
}
