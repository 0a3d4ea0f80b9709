import { isCommitted } from '#model/derived/committed-guests';
import { normalMemory } from '#model/derived/normal-memory';
import type { Guest } from '#model/guest';
import { allKnown, type Evidence, type Known, known, orAbsent, type Unknown } from '#model/known';
import type { Memory } from '#model/memory';

/** The committed guests with private memory on normal pages, which transparent huge pages are for. */
export interface NormalPageGuests {
  readonly guests: readonly Guest[];
  /** Why the first guest that could not be read was not. */
  readonly missing: Unknown | undefined;
}

/** Gives the committed guests with private memory outside huge-page pools. memfd and shared memory follow shmem_enabled instead; linux admin-guide/mm/transhuge.rst. */
export function normalPageGuests(guests: Known<readonly Guest[]>, memory: Memory): Known<NormalPageGuests> {
  if (guests.state !== 'known') return guests;
  const found: Guest[] = [];
  const evidence: Evidence[] = [...guests.evidence];
  let missing: Unknown | undefined;
  for (const guest of guests.value) {
    const facts = allKnown({
      committed: isCommitted(guest),
      normal: normalMemory(guest.config, memory),
      backing: orAbsent(guest.config.memoryBacking),
    });
    if (facts.state === 'unknown') missing ??= facts;
    if (facts.state !== 'known') continue;
    const { committed, normal, backing } = facts.value;
    const isShared = backing?.source === 'memfd' || backing?.access === 'shared';
    if (!committed || normal === 0 || isShared) continue;
    found.push(guest);
    evidence.push(...(guest.config.memory.state === 'known' ? guest.config.memory.evidence : []));
  }
  return known({ guests: found, missing }, ...evidence);
}
