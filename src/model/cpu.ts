import type { Known } from '#model/known';
import type { Bytes } from '#units/bytes';
import type { CpuSet } from '#units/cpu-set';

/** One logical CPU (hardware thread); /sys/devices/system/cpu/cpuN, ids are the kernel's own. */
export interface Cpu {
  readonly cpu: number;
  /** topology/core_id: unique only within a package and die; undefined where the kernel gives none or the CPU is offline. */
  readonly core: number | undefined;
  /**
   * topology/physical_package_id; undefined where the kernel gives none (−1: POWER, sparc, some guests) or the CPU is offline. On s390x
   * it is unique only within a book: packages are told apart by `packageCpus`.
   */
  readonly socket: number | undefined;
  /** topology/die_id. */
  readonly die: number | undefined;
  /** The NUMA node that lists the CPU, the lowest where several do (firmware bugs); undefined where none does. */
  readonly node: number | undefined;
  readonly online: boolean;
  /** Logical CPUs on the same core that are online, itself included: topology/core_cpus_list, on older kernels thread_siblings_list. Undefined when offline or not told. */
  readonly siblings: CpuSet | undefined;
  /** Logical CPUs in the same package that are online, itself included: topology/package_cpus_list, on older kernels core_siblings_list. Undefined when offline or not told. */
  readonly packageCpus: CpuSet | undefined;
}

/** Sets of CPUs under /sys/devices/system/cpu. */
export interface CpuLimits {
  readonly online: Known<CpuSet>;
  /** isolcpus=: CPUs that the scheduler does not use by itself. Empty where none are. */
  readonly isolated: Known<CpuSet>;
  /** nohz_full=. */
  readonly noTick: Known<CpuSet>;
  /** smt/active: whether some core runs two threads. */
  readonly smtActive: Known<boolean>;
  /** Model name, vendor, flags of the first CPU: /proc/cpuinfo. */
  readonly model: Known<CpuModel>;
}

/** What /proc/cpuinfo says of the first CPU. */
export interface CpuModel {
  readonly vendor: string | undefined;
  readonly name: string | undefined;
  readonly flags: ReadonlySet<string>;
}

/** One NUMA node: /sys/devices/system/node/nodeN. */
export interface NumaNode {
  readonly node: number;
  /** Its CPUs that are online; empty on a node of memory alone. Firmware bugs make nodes overlap. */
  readonly cpus: CpuSet;
  /** MemTotal of node*\/meminfo. */
  readonly total: Bytes | undefined;
  /** MemFree of node*\/meminfo. */
  readonly free: Bytes | undefined;
  /** FilePages of node*\/meminfo: page cache and shared memory. */
  readonly filePages: Bytes | undefined;
  /** SReclaimable of node*\/meminfo. */
  readonly reclaimable: Bytes | undefined;
  /** SLIT distance to each of the nodes read, in the order of their ids (10 is itself). Empty where not told. */
  readonly distances: readonly number[];
}
