import type { Known } from '#model/known';
import type { Bytes } from '#units/bytes';
import type { CpuSet } from '#units/cpu-set';
import type { Version } from '#units/version';

/** libvirt on the host, and what it says the host can do. */
export interface Libvirt {
  /** Version of the daemon that answered, else of the installed package. */
  readonly version: Known<Version>;
  /** The URI of the connection: `qemu:///system`. */
  readonly uri: Known<string>;
  /** `session` for an unprivileged instance (qemu:///session), which has no cgroup, tap or huge-page privileges. */
  readonly instance: Known<'system' | 'session'>;
  readonly capabilities: Known<HostCapabilities>;
  /** Of the default machine of each virtualization type and architecture asked for. */
  readonly domainCapabilities: Known<readonly DomainCapabilities[]>;
  /** Keys of /etc/libvirt/qemu.conf that are set. */
  readonly qemuConf: Known<ReadonlyMap<string, ConfSetting>>;
}

/** One key of a configuration file of libvirt or Xen. */
export interface ConfSetting {
  /** The value without quotes; a list has any number of them, all else one. A secret stands as its mark. */
  readonly values: readonly string[];
  readonly isList: boolean;
  readonly line: number;
}

/** What `virsh capabilities` says, as far as rules need it. */
export interface HostCapabilities {
  readonly hostUuid: string | undefined;
  readonly architecture: string | undefined;
  readonly cpuModel: string | undefined;
  /** Page sizes that libvirt can back guests with, the base page included. */
  readonly pageSizes: readonly Bytes[];
  readonly hasIommu: boolean | undefined;
  readonly securityModels: readonly string[];
  readonly guests: readonly GuestCapability[];
  /** host/topology/cells: NUMA nodes; one cell on a host without NUMA. */
  readonly cells: readonly HostCell[];
}

/** A NUMA node in libvirt's words. */
export interface HostCell {
  readonly id: number;
  readonly memory: Bytes | undefined;
  /** All CPUs of the node; empty for a node of memory only. */
  readonly cpus: CpuSet;
  /** Where each CPU sits; parts are undefined for an offline CPU and on old Xen. */
  readonly places: readonly {
    readonly cpu: number;
    readonly socket: number | undefined;
    readonly die: number | undefined;
    readonly core: number | undefined;
    readonly siblings: CpuSet | undefined;
  }[];
  /** Node id → SLIT distance; empty where libvirt tells none. */
  readonly distances: ReadonlyMap<number, number>;
}

/** One <guest> of the capabilities: what can be run for an architecture. */
export interface GuestCapability {
  /** hvm, xen, exe, linux. */
  readonly osType: string;
  readonly architecture: string;
  readonly emulator: string | undefined;
  /** kvm, qemu, xen. */
  readonly domainTypes: readonly string[];
  readonly machines: readonly {
    readonly name: string;
    readonly canonical: string | undefined;
    readonly isDeprecated: boolean;
  }[];
}

/** What `virsh domcapabilities` says, as far as rules need it. */
export interface DomainCapabilities {
  readonly emulator: string | undefined;
  readonly domainType: string;
  /** Canonical name; undefined where the hypervisor has no machine types. */
  readonly machine: string | undefined;
  readonly architecture: string;
  readonly maxVcpus: number | undefined;
  /** cpu/mode[@name='custom']/model. */
  readonly cpuModels: readonly CpuModelSupport[];
  /** cpu/mode[@name='host-model']: what host-model becomes here; undefined where it is not supported. */
  readonly hostModel: HostModel | undefined;
  /** Values of each device or feature enumeration: `memballoon.model` → virtio, none. */
  readonly enums: ReadonlyMap<string, readonly string[]>;
}

/** What `<cpu mode='host-model'/>` becomes: a named model and features besides. */
export interface HostModel {
  readonly model: string;
  readonly features: readonly { readonly name: string; readonly policy: string }[];
}

/** A named CPU model and whether this host can run it. */
export interface CpuModelSupport {
  readonly name: string;
  readonly usable: 'yes' | 'no' | 'unknown';
  readonly isDeprecated: boolean;
  readonly vendor: string | undefined;
}
