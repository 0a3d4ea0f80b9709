import { isCommitted } from '#model/derived/committed-guests';
import { guestCapacity } from '#model/derived/guest-capacity';
import { guestOverhead } from '#model/derived/guest-overhead';
import { normalMemory } from '#model/derived/normal-memory';
import type { Guest } from '#model/guest';
import type { Host } from '#model/host';
import { allKnown, chainKnown, type Known, known, mapKnown, sumKnown, type Unknown } from '#model/known';
import { oncePerPair } from '#model/once-per';
import { type Bytes, bytes, printBytes } from '#units/bytes';

/** How much of the memory outside huge-page pools is promised to guests. */
export interface MemoryCommitment {
  /** Normal memory of the committed guests and what QEMU takes beside it for each: a lower bound where `known` is less than `of`. */
  readonly demand: Bytes;
  /** What there is for guests outside the pools. */
  readonly capacity: Bytes;
  readonly known: number;
  readonly of: number;
  readonly missing?: Unknown | undefined;
}

/**
 * Gives what the committed guests are promised of the memory outside huge-page pools. Guests in pools are judged by the pools. One
 * line of evidence stands for all guests.
 */
export const memoryCommitment = oncePerPair(
  (host: Host, guests: Known<readonly Guest[]>): Known<MemoryCommitment> =>
    chainKnown(allKnown({ guests, capacity: guestCapacity(host) }), ({ guests: all, capacity }) => {
      const total = sumKnown(all, guest => promisedTo(guest, host));
      if (total.state !== 'known') return total;
      const { sum, ...rest } = total.value;
      const read = rest.known < rest.of ? `${rest.known} of ${rest.of} guests` : `${rest.of} guests`;
      const evidence = { from: `memory of ${read}, as far as they are committed`, value: printBytes(bytes(sum)) };
      return known({ demand: bytes(sum), capacity, ...rest }, evidence);
    }),
);

/** Whether more is promised than there is: decided as soon as the guests that could be read are too much. */
export const isOvercommitted = ({ demand, capacity }: MemoryCommitment): boolean => demand > capacity;

function promisedTo(guest: Guest, { memory }: Host): Known<number> {
  return chainKnown(isCommitted(guest), isCounted =>
    isCounted
      ? mapKnown(
          allKnown({ normal: normalMemory(guest.config, memory), overhead: guestOverhead(guest.config) }),
          ({ normal, overhead }) => normal + overhead,
        )
      : known(0),
  );
}
