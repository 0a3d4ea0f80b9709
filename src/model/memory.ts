import type { Known } from '#model/known';
import type { Ksm } from '#model/ksm';
import type { Bytes } from '#units/bytes';

/** Memory of the host. */
export interface Memory {
  /** MemTotal of /proc/meminfo. */
  readonly total: Known<Bytes>;
  /** MemAvailable of /proc/meminfo: what can be had without swapping. */
  readonly available: Known<Bytes>;
  /** Hugetlb of /proc/meminfo: all memory in huge-page pools, of any size; on kernels before 5.0 summed from sysfs. */
  readonly hugetlb: Known<Bytes>;
  /** Hugepagesize of /proc/meminfo: the default huge page size, which `vm.nr_hugepages` means. */
  readonly defaultHugePageSize: Known<Bytes>;
  /** The base page size (KernelPageSize of /proc/self/smaps, else by architecture). */
  readonly pageSize: Known<Bytes>;
  /** Huge page pools, one a size: /sys/kernel/mm/hugepages and node*\/hugepages. Empty where the kernel has none. */
  readonly hugePages: Known<readonly HugePagePool[]>;
  readonly thp: Thp;
  /** Kernel samepage merging; absent where the kernel has none. */
  readonly ksm: Known<Ksm>;
  /** CPU time of the ksmd thread over a sample, as a share of one CPU; unknown without `--sample`. */
  readonly ksmdLoad: Known<number>;
  /** Active swap areas: /proc/swaps. Empty where there is none. */
  readonly swaps: Known<readonly SwapArea[]>;
  /** Per-guest memory.swappiness of cgroup v1, by cgroup path; absent on cgroup v2, where vm.swappiness rules. */
  readonly cgroupSwappiness: Known<readonly CgroupSwappiness[]>;
  /** Version of the memory cgroup controller: 1 also in hybrid mode with memory on v1. */
  readonly cgroupVersion: Known<1 | 2>;
}

/** The pool of huge pages of one size. */
export interface HugePagePool {
  readonly pageSize: Bytes;
  /** nr_hugepages: reserved pages, surplus included. */
  readonly total: number;
  /** free_hugepages. */
  readonly free: number;
  /** resv_hugepages: promised to mappings, not yet taken from `free`. */
  readonly reserved: number;
  /** surplus_hugepages: above the persistent pool. */
  readonly surplus: number;
  /** nr_overcommit_hugepages: how many surplus pages may be had. */
  readonly overcommit: number;
  /** The pool's share on each node; empty where the kernel tells no nodes. */
  readonly nodes: readonly NodeHugePages[];
}

/** Huge pages of one size on one node. */
export interface NodeHugePages {
  readonly node: number;
  readonly total: number;
  readonly free: number;
  readonly surplus: number;
}

/** Transparent huge pages: /sys/kernel/mm/transparent_hugepage; linux admin-guide/mm/transhuge.rst. Each absent where the kernel has no THP. */
export interface Thp {
  readonly enabled: Known<string>;
  readonly defrag: Known<string>;
  /** shmem_enabled: for memfd and shared anonymous memory. */
  readonly shmem: Known<string>;
  /** Per-size controls hugepages-*kB/enabled (mTHP, Linux 6.8); absent on older kernels. */
  readonly sizes: Known<readonly ThpSize[]>;
  /** What the next boot will choose, by whom: command line, tuned profile, tmpfiles, kernel configuration. */
  readonly atBoot: Known<BootSetting>;
}

/** One size of multi-size THP. */
export interface ThpSize {
  readonly size: Bytes;
  /** always, inherit, madvise or never. */
  readonly enabled: string;
}

/** A value that something will set at the next boot. */
export interface BootSetting {
  readonly value: string;
  /** Who sets it: a file with line, the kernel command line, a tuned profile, the kernel's configuration. */
  readonly owner: string;
}

/** One line of /proc/swaps. */
export interface SwapArea {
  readonly path: string;
  readonly kind: 'partition' | 'file';
  readonly size: Bytes;
  readonly used: Bytes;
  readonly priority: number;
  /** Whether it is compressed memory (zram), which is no backstop. */
  readonly isZram: boolean;
  /** queue/rotational of its device; undefined where it cannot be told. */
  readonly isRotational: boolean | undefined;
}

/** memory.swappiness of one guest's cgroup (v1). */
export interface CgroupSwappiness {
  readonly cgroup: string;
  readonly swappiness: number;
}
