import { pagesLookedAt } from '#model/derived/ksm-savings';
import { mergeableGuests } from '#model/derived/mergeable-guests';
import { isActive } from '#model/derived/service-state';
import type { Guest } from '#model/guest';
import type { Host } from '#model/host';
import { allKnown, chainKnown, firstKnown, type Known, known, mapKnown } from '#model/known';
import type { Ksm } from '#model/ksm';

/** Services that choose pages_to_scan and sleep_millisecs themselves, over and over. */
const tuners = ['ksmtuned.service', 'momd.service', 'mom-vdsm.service'] as const;

/** Gives who chooses how fast ksmd scans, undefined where nobody does and the values stay as they are set: ksmtuned, MOM, or the kernel's advisor (Linux 6.8). */
export const ksmTuner = (host: Host): Known<string | undefined> =>
  chainKnown(host.memory.ksm, ({ advisorMode }) => {
    if (advisorMode !== undefined && advisorMode !== 'none') return known("the kernel's advisor");
    for (const name of tuners) {
      const active = isActive(host.services, name);
      if (active.state === 'unknown') return active;
      if (active.state === 'known' && active.value) return known(name, ...active.evidence);
    }
    return known(undefined);
  });

/** Gives the pages that one full scan goes through: those that ksmd counted, and before its first full scan the memory of the guests that it may merge. */
export const pagesOfScan = (host: Host, guests: Known<readonly Guest[]>): Known<number> => {
  const counted = mapKnown(host.memory.ksm, ksm => (ksm.fullScans > 0 ? pagesLookedAt(ksm) : 0));
  if (counted.state !== 'known' || counted.value > 0) return counted;
  const expected = mapKnown(
    allKnown({ mergeable: mergeableGuests(guests), page: host.memory.pageSize }),
    ({ mergeable, page }) => Math.ceil(mergeable.memory / page),
  );
  return firstKnown(expected, mapKnown(host.memory.ksm, pagesLookedAt));
};

/** Gives how long a full scan takes at least, in seconds: ksmd sleeps after each batch of pages. */
export const secondsOfScan = (pages: number, { sleepMs, pagesToScan }: Pick<Ksm, 'sleepMs' | 'pagesToScan'>): number =>
  pagesToScan === 0 ? Number.POSITIVE_INFINITY : (pages * sleepMs) / 1000 / pagesToScan;

/** Speed to set. */
export interface ScanSpeed {
  /** A full scan should take no longer. */
  readonly targetSeconds: number;
  /** The sleep that ksmd will have: a shorter one is raised to it. */
  readonly leastSleepMs: number;
  readonly fewestPages: number;
  readonly mostPages: number;
}

/** Gives the pages_to_scan that ends a full scan of so many pages in time. */
export const pagesToScanFor = (pages: number, sleepMs: number, speed: ScanSpeed): number => {
  const sleep = Math.max(sleepMs, speed.leastSleepMs);
  const wanted = Math.ceil((pages * sleep) / 1000 / speed.targetSeconds);
  return Math.min(speed.mostPages, Math.max(speed.fewestPages, wanted));
};
