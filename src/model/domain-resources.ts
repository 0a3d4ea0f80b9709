import type { Bytes } from '#units/bytes';
import type { CpuSet } from '#units/cpu-set';
import type { Hertz } from '#units/hertz';

/** os: how the guest boots. */
export interface BootSetup {
  /** os/type: hvm, linux (Xen PV), xenpvh, exe. */
  readonly type: string;
  /** os/type/@arch; undefined where the XML names none (libvirt then takes the host's). */
  readonly architecture: string | undefined;
  /** os/type/@machine. */
  readonly machine: string | undefined;
  /** os/@firmware: bios, efi. */
  readonly firmware: string | undefined;
  /** os/loader; without a path the firmware is chosen by what else is said of it. */
  readonly loader:
    | { readonly path: string | undefined; readonly type: string | undefined; readonly isSecure: boolean }
    | undefined;
  readonly hasNvram: boolean;
  /** os/kernel: direct kernel boot. */
  readonly kernel: string | undefined;
  /** os/cmdline, secrets masked. */
  readonly commandLine: string | undefined;
}

/** maxMemory: the ceiling for hotplug. */
export interface MaxMemory {
  readonly size: Bytes;
  readonly slots: number | undefined;
}

/** memoryBacking: what the guest's memory is made of. */
export interface MemoryBacking {
  /** hugepages; `pages` is empty for the bare element (default size). */
  readonly hugepages: { readonly pages: readonly HugePageRequest[] } | undefined;
  readonly nosharepages: boolean;
  readonly locked: boolean;
  /** source/@type: file, anonymous, memfd. */
  readonly source: string | undefined;
  /** access/@mode: shared, private. */
  readonly access: string | undefined;
  /** allocation: immediate or ondemand; threads since libvirt 8.2. */
  readonly allocation: { readonly mode: string | undefined; readonly threads: number | undefined } | undefined;
  readonly discard: boolean;
}

/** hugepages/page. */
export interface HugePageRequest {
  readonly size: Bytes;
  /** Guest cells that it is for; undefined: all that no other entry names. */
  readonly nodeset: CpuSet | undefined;
}

/** memtune; limits that are "unlimited" are undefined. */
export interface MemoryTuning {
  readonly hardLimit: Bytes | undefined;
  readonly softLimit: Bytes | undefined;
  readonly swapHardLimit: Bytes | undefined;
}

/** blkiotune: shares of disk time; QEMU's control group gets them (cgroup v2: io.bfq.weight, or io.weight of io.cost). */
export interface BlockWeights {
  /** weight: of all disks; 500 or 100 where nothing is said, 10 to 1000. */
  readonly weight: number | undefined;
  /** device/weight: of single devices of the host, by path. */
  readonly devices: readonly { readonly path: string; readonly weight: number }[];
}

/** vcpu. */
export interface Vcpus {
  /** The text: the most that can be plugged in. */
  readonly max: number;
  /** @current, else the maximum. */
  readonly current: number;
  readonly cpuset: CpuSet | undefined;
  /** static or auto. */
  readonly placement: string | undefined;
}

/** cputune. */
export interface CpuTuning {
  readonly vcpuPins: readonly { readonly vcpu: number; readonly cpuset: CpuSet }[];
  readonly emulatorPin: CpuSet | undefined;
  readonly iothreadPins: readonly { readonly iothread: number; readonly cpuset: CpuSet }[];
  /** vcpusched with fifo or rr. */
  readonly hasRealtimeScheduler: boolean;
  readonly shares: number | undefined;
  /** quota, period in microseconds; a quota of 0 or less, which means none, is undefined. */
  readonly quota: number | undefined;
  readonly period: number | undefined;
}

/** numatune; nodesets name host nodes. A mode that is not written is `strict`. */
export interface NumaTuning {
  readonly memory:
    | { readonly mode: string; readonly nodeset: CpuSet | undefined; readonly placement: string | undefined }
    | undefined;
  readonly cells: readonly { readonly cell: number; readonly mode: string; readonly nodeset: CpuSet }[];
}

/** cpu. */
export interface GuestCpu {
  /** custom, host-model, host-passthrough, maximum; undefined where neither mode nor model stands. */
  readonly mode: string | undefined;
  readonly match: string | undefined;
  readonly check: string | undefined;
  /** @migratable: on, off. */
  readonly migratable: string | undefined;
  readonly model: string | undefined;
  readonly modelFallback: string | undefined;
  readonly features: readonly { readonly name: string; readonly policy: string }[];
  readonly topology:
    | {
        readonly sockets: number;
        readonly dies: number;
        readonly clusters: number;
        readonly cores: number;
        readonly threads: number;
      }
    | undefined;
  /** cpu/cache/@mode. */
  readonly cacheMode: string | undefined;
  /** Guest NUMA cells. */
  readonly cells: readonly GuestCell[];
}

/** cpu/numa/cell: a NUMA node that the guest sees. */
export interface GuestCell {
  readonly id: number;
  readonly cpus: CpuSet | undefined;
  readonly memory: Bytes;
  /** memAccess: shared, private. */
  readonly access: string | undefined;
}

/** features. */
export interface Features {
  /** Names of the elements under features. */
  readonly names: readonly string[];
  readonly acpi: boolean;
  readonly apic: boolean;
  readonly pae: boolean;
  /** smm/@state on. */
  readonly smm: boolean;
  /** kvm/hint-dedicated on. */
  readonly hintDedicated: boolean;
  /** kvm/hidden on. */
  readonly kvmHidden: boolean;
  /** hyperv/@mode: custom, passthrough; undefined without the element. */
  readonly hypervMode: string | undefined;
  /** hyperv children that are on, stimer's direct as `stimer-direct`. */
  readonly hyperv: readonly string[];
  /** hyperv/spinlocks/@retries. */
  readonly spinlockRetries: number | undefined;
}

/** clock. */
export interface Clock {
  readonly offset: string | undefined;
  readonly basis: string | undefined;
  readonly timezone: string | undefined;
  readonly timers: readonly {
    readonly name: string;
    /** Undefined where the attribute is missing. */
    readonly isPresent: boolean | undefined;
    readonly tickPolicy: string | undefined;
    readonly frequency: Hertz | undefined;
    readonly mode: string | undefined;
  }[];
}
