import type { Guest } from '#model/guest';
import { type Known, mapKnown } from '#model/known';

/** An image that is a writable disk of several guests which do not say that they share it. */
export interface SharedImage {
  readonly path: string;
  readonly guests: readonly Guest[];
}

/** Gives the images that more than one of some guests writes to, `<shareable/>` and read-only ones left out. */
export const sharedImages = (guests: Known<readonly Guest[]>): Known<readonly SharedImage[]> =>
  mapKnown(guests, all => {
    const users = new Map<string, Set<Guest>>();
    for (const guest of all) {
      for (const disk of guest.config.disks.state === 'known' ? guest.config.disks.value : []) {
        const isWritten = (disk.device === 'disk' || disk.device === 'lun') && !disk.isReadOnly && !disk.isTransient;
        if (disk.source === undefined || !isWritten || disk.isShareable) continue;
        users.set(disk.source, (users.get(disk.source) ?? new Set()).add(guest));
      }
    }
    return [...users].flatMap(([path, each]) => (each.size > 1 ? [{ path, guests: [...each] }] : []));
  });
