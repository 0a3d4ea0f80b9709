import { isCommitted, isRunning } from '#model/derived/committed-guests';
import { type HugePageNeed, hugePageNeeds } from '#model/derived/huge-page-need';
import type { Guest } from '#model/guest';
import { type Evidence, type Known, known, type Unknown } from '#model/known';
import type { HugePagePool, Memory } from '#model/memory';
import { oncePerPair } from '#model/once-per';
import type { Bytes } from '#units/bytes';

/** The huge pages of one guest. */
export interface GuestHugePages {
  readonly guest: string;
  readonly isRunning: boolean;
  readonly isCommitted: boolean;
  /** What its next start takes: of the stored definition. */
  readonly next: readonly HugePageNeed[];
  /** What it holds now: of the live definition; empty for a guest that is off. */
  readonly now: readonly HugePageNeed[];
}

/** The huge pages of all guests: a lower bound where `known` is less than `of`. */
export interface HugePageUse {
  /** Every guest that could be read, also those on normal pages. */
  readonly guests: readonly GuestHugePages[];
  readonly known: number;
  readonly of: number;
  /** Why the first unread guest was not read. */
  readonly missing?: Unknown | undefined;
}

/** Gives the huge pages of all defined guests; one that cannot be read is counted as missing and does not hide the others. */
export const hugePageUse = (guests: Known<readonly Guest[]>, memory: Memory): Known<HugePageUse> =>
  useOf(memory, guests);

const useOf = oncePerPair((memory: Memory, guests: Known<readonly Guest[]>): Known<HugePageUse> => {
  if (guests.state !== 'known') return guests;
  const read: GuestHugePages[] = [];
  const evidence: Evidence[] = [...guests.evidence];
  let missing: Unknown | undefined;
  for (const guest of guests.value) {
    const pages = pagesOf(guest, memory);
    if (pages.state === 'unknown') missing ??= pages;
    if (pages.state !== 'known') continue;
    read.push(pages.value);
    evidence.push(...pages.evidence);
  }
  return known({ guests: read, known: read.length, of: guests.value.length, missing }, ...evidence);
});

function pagesOf(guest: Guest, memory: Memory): Known<GuestHugePages> {
  const running = isRunning(guest);
  const committed = isCommitted(guest);
  const next = hugePageNeeds(guest.config, memory);
  if (running.state !== 'known') return running;
  if (committed.state !== 'known') return committed;
  if (next.state !== 'known') return next;
  const live = running.value && guest.live.state === 'known' ? hugePageNeeds(guest.live.value, memory) : next;
  const now = live.state === 'known' ? live.value : next.value;
  return known(
    {
      guest: guest.name,
      isRunning: running.value,
      isCommitted: committed.value,
      next: next.value,
      now: running.value ? now : [],
    },
    // a guest on normal pages says nothing about pools
    ...(next.value.length > 0 ? next.evidence : []),
  );
}

/** Gives the needs of one page size that the committed guests have at their next start. */
export const committedNeeds = (use: HugePageUse, size: Bytes): readonly HugePageNeed[] =>
  use.guests.filter(guest => guest.isCommitted).flatMap(guest => ofSize(guest.next, size));

/** Gives the needs of one page size of guests that are off: all of them, or only those that start with the host. */
export const needsOfGuestsOff = (
  use: HugePageUse,
  size: Bytes,
  which: 'defined' | 'committed',
): readonly HugePageNeed[] =>
  use.guests
    .filter(guest => !guest.isRunning && (which === 'defined' || guest.isCommitted))
    .flatMap(guest => ofSize(guest.next, size));

/** Gives the sum of some needs of one size, in pages. */
export const countPages = (needs: readonly HugePageNeed[]): number =>
  needs.reduce((sum, need) => sum + need.pages.count, 0);

/** Gives the names of the guests whose next start takes pages of a size. */
export const guestsOnPages = (use: HugePageUse, size: Bytes): readonly string[] =>
  use.guests.filter(guest => ofSize(guest.next, size).length > 0).map(guest => guest.guest);

/** Gives the pages of a pool that something else than guests holds: DPDK, a database of the host. 0 where a guest could not be read. */
export function pagesOfOthers(pool: HugePagePool, use: HugePageUse): number {
  if (use.known < use.of) return 0;
  const held = use.guests.flatMap(guest => ofSize(guest.now, pool.pageSize));
  return Math.max(0, pool.total - pool.free - countPages(held));
}

const ofSize = (needs: readonly HugePageNeed[], size: Bytes): readonly HugePageNeed[] =>
  needs.filter(need => need.pages.size === size);
