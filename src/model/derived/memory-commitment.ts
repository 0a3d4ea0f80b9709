import { isCommitted } from '#model/derived/committed-guests';
import { guestOverhead } from '#model/derived/guest-overhead';
import { hostReserve } from '#model/derived/host-reserve';
import { hugePageNeeds } from '#model/derived/huge-page-need';
import type { DomainConfig } from '#model/domain-config';
import type { Guest } from '#model/guest';
import { allKnown, chainKnown, type Known, known, mapKnown, orAbsent, sumKnown, type Unknown } from '#model/known';
import type { Memory } from '#model/memory';
import { type Bytes, bytes, lessBytes } from '#units/bytes';
import { bytesOfPages } from '#units/pages';

/** How much of the memory outside huge-page pools is promised to guests. */
export interface MemoryCommitment {
  /** Normal memory of the committed guests and what QEMU takes beside it for each: a lower bound where `known` is less than `of`. */
  readonly demand: Bytes;
  /** MemTotal less all huge-page pools less the host's reserve. */
  readonly capacity: Bytes;
  /** demand ÷ capacity; Infinity where there is no capacity. */
  readonly ratio: number;
  readonly known: number;
  readonly of: number;
  readonly missing?: Unknown | undefined;
}

/** Gives the memory of a guest that is not on huge pages, without QEMU's own. */
export const normalMemory = (config: DomainConfig, memory: Memory): Known<Bytes> =>
  mapKnown(allKnown({ size: config.memory, needs: hugePageNeeds(config, memory) }), ({ size, needs }) =>
    needs.reduce((rest, need) => lessBytes(rest, bytesOfPages(need.pages)), size),
  );

/** Gives what the committed guests are promised of the memory outside huge-page pools. Guests in pools are judged by the pools. */
export const memoryCommitment = (guests: Known<readonly Guest[]>, memory: Memory): Known<MemoryCommitment> =>
  chainKnown(
    allKnown({
      guests,
      total: memory.total,
      hugetlb: orAbsent(memory.hugetlb),
      reserve: hostReserve(memory),
    }),
    ({ guests: all, total, hugetlb, reserve }) => {
      const capacity = lessBytes(lessBytes(total, hugetlb ?? bytes(0)), reserve);
      return mapKnown(
        sumKnown(all, guest => promisedTo(guest, memory)),
        ({ sum, ...rest }) => ({ demand: bytes(sum), capacity, ratio: ratioOf(sum, capacity), ...rest }),
      );
    },
  );

function promisedTo(guest: Guest, memory: Memory): Known<number> {
  return chainKnown(isCommitted(guest), isCounted =>
    isCounted
      ? mapKnown(
          allKnown({ normal: normalMemory(guest.config, memory), overhead: guestOverhead(guest.config) }),
          ({ normal, overhead }) => normal + overhead,
        )
      : known(0),
  );
}

const ratioOf = (demand: number, capacity: number): number =>
  capacity > 0 ? demand / capacity : demand > 0 ? Number.POSITIVE_INFINITY : 0;
