/** /sys/kernel/mm/ksm; linux admin-guide/mm/ksm.rst. Page counts are in base pages; a file that this kernel lacks is undefined. */
export interface Ksm {
  /** 0 stopped (merged pages stay merged), 1 running, 2 stopped and unmerged. */
  readonly run: number;
  /** Pages to scan before ksmd sleeps. */
  readonly pagesToScan: number;
  readonly sleepMs: number;
  /** 1: pages of different nodes are merged. Undefined on kernels without NUMA. */
  readonly mergeAcrossNodes: number | undefined;
  readonly maxPageSharing: number | undefined;
  readonly pagesShared: number;
  readonly pagesSharing: number;
  readonly pagesUnshared: number;
  readonly pagesVolatile: number;
  readonly fullScans: number;
  /** Bytes saved less what ksmd's bookkeeping takes (Linux 6.4); may be negative. */
  readonly generalProfit: number | undefined;
  /** Zero pages placed by KSM (Linux 6.6). */
  readonly zeroPages: number | undefined;
  /** none or scan-time (Linux 6.8). */
  readonly advisorMode: string | undefined;
  /** use_zero_pages. */
  readonly useZeroPages: number | undefined;
  /** smart_scan (Linux 6.7). */
  readonly smartScan: number | undefined;
}
