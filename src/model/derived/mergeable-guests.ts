import { isCommitted } from '#model/derived/committed-guests';
import { ksmObstacles } from '#model/derived/ksm-obstacles';
import type { Guest } from '#model/guest';
import { allKnown, type Evidence, type Known, known, type Unknown } from '#model/known';
import { oncePer } from '#model/once-per';
import { type Bytes, bytes } from '#units/bytes';

/** The committed guests whose memory KSM may merge. */
export interface MergeableGuests {
  readonly guests: readonly Guest[];
  /** Their memory together. */
  readonly memory: Bytes;
  /** Why the first guest that could not be read was not. */
  readonly missing: Unknown | undefined;
}

/** Gives the committed guests whose memory KSM may merge, and how much that is. */
export const mergeableGuests = oncePer((guests: Known<readonly Guest[]>): Known<MergeableGuests> => {
  if (guests.state !== 'known') return guests;
  const found: Guest[] = [];
  const evidence: Evidence[] = [...guests.evidence];
  let memory = 0;
  let missing: Unknown | undefined;
  for (const guest of guests.value) {
    const facts = allKnown({
      committed: isCommitted(guest),
      obstacles: ksmObstacles(guest.config),
      size: guest.config.memory,
    });
    if (facts.state === 'unknown') missing ??= facts;
    if (facts.state !== 'known' || !facts.value.committed || facts.value.obstacles.length > 0) continue;
    found.push(guest);
    evidence.push(...(guest.config.memory.state === 'known' ? guest.config.memory.evidence : []));
    memory += facts.value.size;
  }
  return known({ guests: found, memory: bytes(memory), missing }, ...evidence);
});
