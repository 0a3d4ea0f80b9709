/** What a bundle may hold at most. */
export interface BundleLimits {
  /** Bytes of all files together, headers of the archive included. */
  readonly bytes: number;
  /** Files and folders. */
  readonly entries: number;
  /** Characters of a path. */
  readonly path: number;
}

/** Far more than any machine takes: a host with 500 CPUs and 500 guests needs some 15,000 entries and 60 MiB. */
export const bundleLimits: BundleLimits = { bytes: 512 * 2 ** 20, entries: 100_000, path: 4096 };
