import { type Known, mapKnown } from '#model/known';
import type { Memory } from '#model/memory';
import { type Bytes, bytes, gib } from '#units/bytes';

/** Memory that the host keeps for itself: 5 % of MemTotal, at least 2 GiB, at most 16 GiB (policy). */
export const hostReserve = (memory: Memory): Known<Bytes> =>
  mapKnown(memory.total, total => bytes(Math.min(gib(16), Math.max(gib(2), Math.floor(total * 0.05)))));
