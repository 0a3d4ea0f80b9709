import { isCommitted } from '#model/derived/committed-guests';
import type { Guest } from '#model/guest';
import { type Evidence, type Known, known, type Unknown } from '#model/known';
import { oncePer } from '#model/once-per';
import { type Bytes, bytes } from '#units/bytes';

/** What the page cache of the host may have to hold. */
export interface CachedSize {
  /** Sizes of the images that are known, each counted once: a lower bound where `missing` stands. */
  readonly sum: Bytes;
  /** Why the first unknown size is unknown. */
  readonly missing: Unknown | undefined;
}

/** Gives the size of the images that committed guests write through the page cache: room taken, else the size that the guest sees. */
export const cachedSize = oncePer((guests: Known<readonly Guest[]>): Known<CachedSize> => {
  if (guests.state !== 'known') return guests;
  const sizes = new Map<string, number>();
  const evidence: Evidence[] = [];
  let missing: Unknown | undefined;
  for (const guest of guests.value) {
    const committed = isCommitted(guest);
    const { disks } = guest.config;
    for (const fact of [committed, disks]) if (fact.state === 'unknown') missing ??= fact;
    if (committed.state !== 'known' || !committed.value || disks.state !== 'known') continue;
    for (const { device, type, isReadOnly, cache, image } of disks.value) {
      if (device !== 'disk' || type === 'network' || isReadOnly) continue;
      if (cache === 'none' || cache === 'directsync' || cache === 'unsafe') continue;
      if (image.state === 'unknown') missing ??= image;
      if (image.state !== 'known') continue;
      const size = image.value.allocated ?? image.value.virtualSize;
      if (size === undefined)
        missing ??= { state: 'unknown', reason: `the size of ${image.value.path} was not to be told` };
      sizes.set(image.value.path, size ?? 0);
      evidence.push(...image.evidence);
    }
  }
  return known({ sum: bytes([...sizes.values()].reduce((sum, size) => sum + size, 0)), missing }, ...evidence);
});
