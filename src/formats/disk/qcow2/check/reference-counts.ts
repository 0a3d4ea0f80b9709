/** How often each cluster of a file is referred to, one byte for each; the few that are more often than that stand apart. */
export class ReferenceCounts {
  /** Counts of the clusters from `first` on; 255: as the other map says. */
  readonly low: Uint8Array;
  readonly #high = new Map<number, number>();
  /** The first cluster that is counted here. */
  readonly first: number;
  readonly #most: number;
  /** Counts that can still be raised by one in their byte. */
  readonly limit: number;

  /** Counts `count` clusters from `first` on; none is ever counted more than `most` times, which is as much as the file can record. */
  constructor(first: number, count: number, most: number) {
    this.first = first;
    this.low = new Uint8Array(count);
    this.#most = most;
    this.limit = Math.min(most, 254);
  }

  /** Adds references to a cluster; gives how many did not fit. A cluster that is not counted here is passed over. */
  add(cluster: number, times: number): number {
    const at = cluster - this.first;
    const low = this.low[at];
    if (low === undefined) return 0;
    const old = low === 255 ? (this.#high.get(at) ?? 255) : low;
    const sum = Math.min(old + times, this.#most);
    if (sum < 255) this.low[at] = sum;
    else {
      this.low[at] = 255;
      this.#high.set(at, sum);
    }
    return old + times - sum;
  }

  /** Gives how often a cluster is referred to. */
  of(cluster: number): number {
    const at = cluster - this.first;
    const low = this.low[at] ?? 0;
    return low === 255 ? (this.#high.get(at) ?? 255) : low;
  }
}
