import type { Content, StepRecord } from '#apply/journal-record';

/** What is to be done with a file or a definition that a change wrote, so that it is again as it was. */
export type Original =
  /** It holds what we wrote, and nothing else was written in between: what stood there is put back. */
  | { readonly way: 'restore'; readonly object: Content; readonly rights?: StepRecord['fromRights'] }
  /** It is as it was. */
  | { readonly way: 'already' }
  /** Somebody else wrote to it: only our lines can be taken out. */
  | { readonly way: 'foreign' };

/** One writing: what stood there, and what stood there after it. */
interface Written extends Pick<StepRecord, 'from' | 'writes' | 'fromRights'> {
  readonly reads?: Content;
}

/** Takes all that one change wrote to one place, in order, and what stands there now; says how the original comes back. */
export function originalOf(writings: readonly Written[], now: Content): Original {
  const [first] = writings;
  if (first === undefined || first.from === undefined) return { way: 'foreign' };
  if (now === first.from) return { way: 'already' };
  const last = writings.findLastIndex(one => leftBy(one) === now);
  if (last < 0) return { way: 'foreign' };
  // several attempts follow each other without a gap: each found what the one before had left, or what it had found itself
  for (let at = last; at > 0; at--) {
    const before = writings[at - 1];
    const found = writings[at]?.from;
    if (before === undefined || (found !== leftBy(before) && found !== before.from)) return { way: 'foreign' };
  }
  return { way: 'restore', object: first.from, ...(first.fromRights !== undefined && { rights: first.fromRights }) };
}

const leftBy = ({ writes, reads }: Written): Content | undefined => reads ?? writes;
