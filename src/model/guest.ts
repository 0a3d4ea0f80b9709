import type { DomainConfig } from '#model/domain-config';
import type { GuestInside } from '#model/guest-inside';
import type { Known } from '#model/known';
import type { Bytes } from '#units/bytes';
import type { CpuSet } from '#units/cpu-set';

/** A virtual machine: libvirt's domain. */
export interface Guest {
  readonly name: string;
  readonly uuid: Known<string>;
  readonly state: Known<GuestState>;
  readonly autostart: Known<boolean>;
  /** Whether it has a stored definition; a transient guest is gone when it stops. */
  readonly isPersistent: Known<boolean>;
  readonly hasManagedSave: Known<boolean>;
  /** The stored definition, which the next start uses (inactive XML); of a transient guest the live one. */
  readonly config: DomainConfig;
  /** What it runs with now (live XML); absent for a guest that is off. */
  readonly live: Known<DomainConfig>;
  /** Bulk statistics of libvirt; absent for a guest that is off. */
  readonly stats: Known<GuestStats>;
  /** CPU demand over a sample; unknown without `--sample`. */
  readonly load: Known<GuestLoad>;
  readonly process: GuestProcess;
  /** Who owns the guest when it is not plain libvirt: OpenStack, oVirt, KubeVirt, Proxmox, Harvester, Pacemaker. Absent when nobody else. */
  readonly managedBy: Known<string>;
  /** libosinfo id of the operating system: `http://suse.com/sle/15.5`. Absent where the XML names none. */
  readonly osId: Known<string>;
  /** Intents in the domain's metadata, as written; absent where there are none. */
  readonly declaredIntents: Known<readonly string[]>;
  /** What the guest says of itself, through its agent or a facts file. */
  readonly inside: GuestInside;
}

/** virDomainState. */
export type GuestState =
  | 'running'
  | 'blocked'
  | 'paused'
  | 'shutting-down'
  | 'shut-off'
  | 'crashed'
  | 'suspended'
  | 'no-state';

/** Bulk statistics of a running guest (virConnectGetAllDomainStats). */
export interface GuestStats {
  /** balloon.current. */
  readonly balloonCurrent: Bytes | undefined;
  /** balloon.maximum. */
  readonly balloonMaximum: Bytes | undefined;
  /** balloon.rss: memory of the QEMU process. */
  readonly residentSize: Bytes | undefined;
  readonly currentVcpus: number | undefined;
  /** vcpu.N.time and vcpu.N.delay, nanoseconds since start. */
  readonly vcpus: readonly { readonly id: number; readonly timeNs: number; readonly delayNs: number | undefined }[];
}

/** Demand for CPU over a sample. */
export interface GuestLoad {
  /** Length of the sample, in milliseconds. */
  readonly overMs: number;
  /** CPUs wanted: (run time + time waited for a CPU) ÷ length, summed over the vCPUs. */
  readonly demand: number;
}

/** Facts of the QEMU process of a running guest: /proc/PID. Absent for a guest that is off. */
export interface GuestProcess {
  readonly pid: Known<number>;
  /** AnonHugePages of smaps_rollup. */
  readonly anonymousHugePages: Known<Bytes>;
  readonly ksm: Known<ProcessKsm>;
  /** How long it runs, in milliseconds: /proc/PID/stat, /proc/uptime. */
  readonly runningMs: Known<number>;
  /** Nodes that it may take memory from: Mems_allowed_list of /proc/PID/status. */
  readonly allowedNodes: Known<CpuSet>;
  /** Where its memory is: memory.numa_stat and hugetlb.*.numa_stat of its cgroup. */
  readonly memoryByNode: Known<MemoryByNode>;
}

/** Memory by NUMA node, in bytes; in pages under cgroup v1, so that only shares count. */
export interface MemoryByNode {
  readonly normal: ReadonlyMap<number, number>;
  /** Huge pages of a pool; undefined where the kernel does not tell (cgroup v1, Linux before 5.17). */
  readonly huge: ReadonlyMap<number, number> | undefined;
}

/** /proc/PID/ksm_stat and ksm_merging_pages, in base pages; Linux 5.19, 6.1, 6.4. */
export interface ProcessKsm {
  readonly mergingPages: number;
  /** Pages that are kept track of; undefined before Linux 6.1. */
  readonly rmapItems: number | undefined;
}
