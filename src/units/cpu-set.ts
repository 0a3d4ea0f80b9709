/** The highest id that a set may hold; Linux is built for at most 8,192 CPUs and 1,024 nodes, libvirt bounds its sets at 65,536. */
const highestId = 65_535;
/** The most ids that one list may spell out, repetitions counted: a hostile list names the same range again and again. */
const mostSpelled = 4 * 65_536;

/**
 * A set of small ids (CPUs or NUMA nodes), printed and parsed as the kernel and libvirt write them: `0-3,8`, and with libvirt's
 * exclusion `0-7,^2`. Immutable.
 */
export class CpuSet implements Iterable<number> {
  readonly #ids: readonly number[];

  private constructor(sorted: readonly number[]) {
    this.#ids = sorted;
  }

  /** Takes ids in any order, repeated or not. Throws RangeError for an id outside 0–65,535. */
  static of(ids: Iterable<number>): CpuSet {
    const unique = new Set<number>();
    for (const id of ids) {
      if (!Number.isInteger(id) || id < 0 || id > highestId) throw new RangeError(`not a CPU or node id: ${id}`);
      unique.add(id);
    }
    return new CpuSet([...unique].sort((a, b) => a - b));
  }

  /** Takes a list (`0-3,8`, `0-7,^2`, empty for none); gives undefined where the text is not one. `0-10:2/4` groups of the kernel are understood too. */
  static parse(text: string): CpuSet | undefined {
    const ids = new Set<number>();
    const trimmed = text.trim();
    if (trimmed === '') return new CpuSet([]);
    let spelled = 0;
    for (const part of trimmed.split(',')) {
      const match = /^\s*(\^?)(\d{1,5})(?:-(\d{1,5})(?::(\d{1,5})\/(\d{1,5}))?)?\s*$/.exec(part);
      if (match === null) return undefined;
      const first = Number(match[2]);
      const last = match[3] === undefined ? first : Number(match[3]);
      const used = match[4] === undefined ? 1 : Number(match[4]);
      const group = match[5] === undefined ? 1 : Number(match[5]);
      if (last < first || last > highestId || group < 1 || used > group) return undefined;
      spelled += last - first + 1;
      if (spelled > mostSpelled) return undefined;
      for (let id = first; id <= last; id++) {
        if ((id - first) % group >= used) continue;
        if (match[1] === '^') ids.delete(id);
        else ids.add(id);
      }
    }
    return new CpuSet([...ids].sort((a, b) => a - b));
  }

  /** Takes a hexadecimal mask as in /proc/irq or node*\/cpumap, highest word first: `ff,ffffffff`. Gives undefined where the text is not one. */
  static parseMask(text: string): CpuSet | undefined {
    const digits = text.trim().replaceAll(',', '');
    if (!/^[0-9a-fA-F]{1,16384}$/.test(digits)) return undefined;
    const ids: number[] = [];
    for (let place = 0; place < digits.length; place++) {
      const nibble = Number.parseInt(digits.charAt(digits.length - 1 - place), 16);
      for (let bit = 0; bit < 4; bit++) if (nibble & (1 << bit)) ids.push(place * 4 + bit);
    }
    return new CpuSet(ids);
  }

  get size(): number {
    return this.#ids.length;
  }

  get isEmpty(): boolean {
    return this.#ids.length === 0;
  }

  /** The lowest id, undefined in the empty set. */
  get first(): number | undefined {
    return this.#ids[0];
  }

  has(id: number): boolean {
    let low = 0;
    let high = this.#ids.length - 1;
    while (low <= high) {
      const middle = (low + high) >> 1;
      const there = this.#ids[middle] ?? 0;
      if (there === id) return true;
      if (there < id) low = middle + 1;
      else high = middle - 1;
    }
    return false;
  }

  union(other: CpuSet): CpuSet {
    return CpuSet.of([...this.#ids, ...other]);
  }

  intersect(other: CpuSet): CpuSet {
    const theirs = new Set(other);
    return new CpuSet(this.#ids.filter(id => theirs.has(id)));
  }

  minus(other: CpuSet): CpuSet {
    const theirs = new Set(other);
    return new CpuSet(this.#ids.filter(id => !theirs.has(id)));
  }

  isSubsetOf(other: CpuSet): boolean {
    return this.minus(other).isEmpty;
  }

  equals(other: CpuSet): boolean {
    return this.toString() === other.toString();
  }

  [Symbol.iterator](): Iterator<number> {
    return this.#ids[Symbol.iterator]();
  }

  /** Prints the shortest list: `0-3,8`; the empty set prints as nothing. */
  toString(): string {
    const runs: string[] = [];
    for (let at = 0; at < this.#ids.length; ) {
      let end = at;
      while (this.#ids[end + 1] === (this.#ids[end] ?? 0) + 1) end++;
      runs.push(end === at ? `${this.#ids[at]}` : `${this.#ids[at]}-${this.#ids[end]}`);
      at = end + 1;
    }
    return runs.join(',');
  }

  toJSON(): string {
    return this.toString();
  }
}
