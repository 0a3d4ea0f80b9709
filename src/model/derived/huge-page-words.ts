import type { KernelParameter } from '#model/kernel';
import { type Bytes, bytes } from '#units/bytes';

/** Huge pages of one size that a kernel command line reserves. */
export interface ReservedPages {
  readonly total: number;
  /** Pages by node, where the line names nodes (`0:8,1:8`); undefined: the kernel spreads them evenly. */
  readonly nodes: ReadonlyMap<number, number> | undefined;
}

/** Words about huge pages that the kernel ignores, or takes otherwise than they were meant. */
export interface HugePageFault {
  readonly words: readonly KernelParameter[];
  /**
   * `late`: a count before any size was for the same size and wins; `size`: no size that this machine has; `twice`: the size or its
   * count stood before; `nodes`: this kernel knows no list of nodes; `count`: not a number.
   */
  readonly kind: 'late' | 'size' | 'twice' | 'nodes' | 'count';
  /** What was meant, where it can be told. */
  readonly meant: { readonly size: Bytes; readonly pages: ReservedPages } | undefined;
}

/** What a kernel makes of the words about huge pages. */
export interface HugePageWords {
  /** Pages reserved, by size. */
  readonly reserved: ReadonlyMap<Bytes, ReservedPages>;
  /** default_hugepagesz, where it is one that the machine has. */
  readonly defaultSize: Bytes | undefined;
  readonly faults: readonly HugePageFault[];
  /** Whether hugetlb_cma= is there: gigantic pages are then not reserved at boot. */
  readonly hasCma: boolean;
}

/** What the kernel accepts. */
export interface HugePageSupport {
  /** Size where the line names none. */
  readonly defaultSize: Bytes;
  readonly sizes: ReadonlySet<Bytes>;
  /** Linux 5.16: `hugepages=0:8,1:8`. Before, only its first number is read: `0`. */
  readonly hasNodeLists: boolean;
}

/**
 * Reads the words about huge pages from left to right as the kernel does; linux: admin-guide/mm/hugetlbpage.rst, “boot command line
 * parameters”, and mm/hugetlb.c, hugepages_setup to default_hugepagesz_setup (since Linux 5.8).
 */
export function readHugePageWords(words: readonly KernelParameter[], support: HugePageSupport): HugePageWords {
  const counts = new Map<Bytes, { readonly pages: ReservedPages; readonly words: readonly KernelParameter[] }>();
  const faults: HugePageFault[] = [];
  const named: Bytes[] = [];
  let defaultSize: Bytes | undefined;
  /** A count that stands before any size: it is for the default size, whichever that becomes. */
  let early: ReservedPages | undefined;
  /** What the next count is for; undefined: the default size. */
  let size: Bytes | undefined;
  let sizeWord: KernelParameter | undefined;
  let refused: Bytes | 'unknown' | undefined;
  let counted: Bytes | 'default' | undefined;

  const nameSize = (word: KernelParameter): void => {
    const wanted = parseMemorySize(word.value ?? '');
    const isDefault = word.name === 'default_hugepagesz';
    sizeWord = word;
    if (wanted === undefined || !support.sizes.has(wanted)) {
      refused = 'unknown';
      faults.push({ words: [word], kind: 'size', meant: undefined });
      return;
    }
    // default_hugepagesz=S hugepagesz=S is no repetition as long as no count of S stands before
    const isRepeated = named.includes(wanted) && !(wanted === defaultSize && !counts.has(wanted));
    if (isDefault ? defaultSize !== undefined : isRepeated) {
      refused = wanted;
      faults.push({ words: [word], kind: 'twice', meant: undefined });
      return;
    }
    refused = undefined;
    size = wanted;
    named.push(wanted);
    if (!isDefault) return;
    defaultSize = wanted;
    if (early !== undefined) counts.set(wanted, { pages: early, words: [] });
    early = undefined;
  };

  const nameCount = (word: KernelParameter): void => {
    const { pages, meant, kind } = parseCount(word.value ?? '', support.hasNodeLists);
    if (refused !== undefined) {
      const fault = faults.pop();
      const lost = refused === 'unknown' || meant === undefined ? undefined : { size: refused, pages: meant };
      faults.push({ words: [...(fault?.words ?? []), word], kind: fault?.kind ?? 'size', meant: lost });
      refused = undefined;
      return;
    }
    const target = size ?? support.defaultSize;
    if (counted === (size ?? 'default')) {
      faults.push({ words: [word], kind: 'twice', meant: meant && { size: target, pages: meant } });
      return;
    }
    counted = size ?? 'default';
    if (kind !== undefined) faults.push({ words: [word], kind, meant: meant && { size: target, pages: meant } });
    if (size === undefined) early = pages;
    else counts.set(size, { pages, words: sizeWord === undefined ? [word] : [sizeWord, word] });
  };

  for (const word of words) {
    if (word.name === 'hugepagesz' || word.name === 'default_hugepagesz') nameSize(word);
    else if (word.name === 'hugepages') nameCount(word);
  }
  const reserved = new Map([...counts].map(([of, { pages }]) => [of, pages]));
  if (early !== undefined) {
    const late = counts.get(support.defaultSize);
    if (late !== undefined)
      faults.push({ words: late.words, kind: 'late', meant: { size: support.defaultSize, pages: late.pages } });
    reserved.set(support.defaultSize, early);
  }
  return { reserved, defaultSize, faults, hasCma: words.some(word => word.name === 'hugetlb_cma') };
}

/** Reads a size as the kernel's memparse does: a number with a suffix of K to T, whatever follows (`2MB`) is left alone. */
export function parseMemorySize(text: string): Bytes | undefined {
  const match = /^(\d{1,9})([kKmMgGtT]?)/.exec(text);
  if (match === null) return undefined;
  const power = 'kmgt'.indexOf((match[2] ?? '').toLowerCase()) + 1;
  return bytes(Number(match[1]) * (match[2] === '' ? 1 : 1024 ** power));
}

function parseCount(
  text: string,
  hasNodeLists: boolean,
): {
  readonly pages: ReservedPages;
  readonly meant: ReservedPages | undefined;
  readonly kind: 'nodes' | 'count' | undefined;
} {
  const first = /^\d{1,9}/.exec(text)?.[0];
  const pages = { total: Number(first ?? 0), nodes: undefined };
  if (first === undefined) return { pages, meant: undefined, kind: 'count' };
  if (!/^\d{1,5}:\d/.test(text)) return { pages, meant: pages, kind: undefined };
  const nodes = new Map<number, number>();
  for (const part of text.split(',')) {
    const match = /^(\d{1,5}):(\d{1,9})$/.exec(part);
    if (match === null) return { pages: { total: 0, nodes: undefined }, meant: undefined, kind: 'count' };
    nodes.set(Number(match[1]), (nodes.get(Number(match[1])) ?? 0) + Number(match[2]));
  }
  const list = { total: [...nodes.values()].reduce((sum, count) => sum + count, 0), nodes };
  return hasNodeLists ? { pages: list, meant: list, kind: undefined } : { pages, meant: list, kind: 'nodes' };
}
