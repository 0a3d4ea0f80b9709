import type { RecordedCounts } from '#formats/disk/qcow2/check/recorded-counts';

/** Which clusters are recorded as used exactly once: a bit for each cluster of the file, the rest looked up. */
export class SingleUse {
  readonly bits: Uint8Array;
  readonly clusters: number;
  readonly #recorded: RecordedCounts;
  /** All counts can be read. */
  isReadable = true;

  constructor(recorded: RecordedCounts, clusters: number) {
    this.#recorded = recorded;
    this.clusters = clusters;
    this.bits = new Uint8Array(Math.ceil(clusters / 8));
    const { bits } = this;
    recorded.visit(0, clusters, {
      counts(first, counts, count) {
        for (let at = 0; at < count; at++) {
          if (counts[at] === 1) {
            const cluster = first + at;
            bits[cluster >>> 3] = (bits[cluster >>> 3] ?? 0) | (1 << (cluster & 7));
          }
        }
      },
      none: () => undefined,
      unreadable: () => {
        this.isReadable = false;
      },
    });
  }

  /** Is a cluster recorded as used once? Undefined: that cannot be read. */
  of(cluster: number): boolean | undefined {
    if (cluster < this.clusters && this.isReadable)
      return (((this.bits[cluster >>> 3] ?? 0) >>> (cluster & 7)) & 1) === 1;
    const count = this.#recorded.of(cluster);
    return count === undefined ? undefined : count === 1;
  }
}
