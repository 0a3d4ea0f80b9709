import type { Bytes } from '#units/bytes';
import type { CpuSet } from '#units/cpu-set';
import type { Hertz } from '#units/hertz';
import type { Pages } from '#units/pages';

/** What `virsh capabilities` says of a host and of what can run on it; https://libvirt.org/formatcaps.html. */
export interface Capabilities {
  /** host/uuid: SMBIOS or host_uuid of libvirtd.conf. */
  readonly hostUuid: string | undefined;
  /** host/cpu/arch: `x86_64`. */
  readonly architecture: string | undefined;
  /** host/cpu/model: the named model of libvirt's CPU map nearest to the host's CPU. */
  readonly cpuModel: string | undefined;
  /** host/cpu/vendor: `Intel`, `AMD`. */
  readonly cpuVendor: string | undefined;
  /** host/cpu/microcode/@version. */
  readonly microcode: number | undefined;
  /** host/cpu/maxphysaddr/@bits. */
  readonly physicalAddressBits: number | undefined;
  /** host/cpu/counter[@name='tsc']. */
  readonly tsc: TscCapability | undefined;
  /** host/cpu/topology. Sockets are those of one NUMA node, by libvirt's own account. */
  readonly cpuTopology: CpuTopologyCapability | undefined;
  /** host/cpu/feature/@name: features that the model lacks. */
  readonly cpuFeatures: readonly string[];
  /** host/cpu/pages: page sizes that memory of guests can be backed with, the base page included. */
  readonly pageSizes: readonly Bytes[];
  /** host/power_management; undefined where libvirt could not tell. */
  readonly suspend: readonly ('memory' | 'disk' | 'hybrid')[] | undefined;
  /** host/iommu/@support; undefined where libvirt is too old to tell. */
  readonly hasIommu: boolean | undefined;
  /** host/migration_features/live. */
  readonly canMigrateLive: boolean;
  /** host/migration_features/uri_transports. */
  readonly migrationTransports: readonly string[];
  /** host/topology/cells: NUMA nodes. */
  readonly cells: readonly CellCapability[];
  /** host/cache/bank. */
  readonly caches: readonly CacheBank[];
  /** host/secmodel/model: `selinux`, `apparmor`, `dac`. */
  readonly securityModels: readonly string[];
  readonly guests: readonly GuestCapability[];
}

/** The time-stamp counter. */
export interface TscCapability {
  readonly frequency: Hertz | undefined;
  /** Whether the CPU can scale it for guests, which migration to another frequency needs. */
  readonly canScale: boolean | undefined;
}

/** How CPUs are counted. */
export interface CpuTopologyCapability {
  readonly sockets: number;
  /** 1 where libvirt is too old to tell dies. */
  readonly dies: number;
  /** 1 where libvirt is too old to tell clusters. */
  readonly clusters: number;
  readonly cores: number;
  readonly threads: number;
}

/** A NUMA node. */
export interface CellCapability {
  readonly id: number;
  readonly memory: Bytes | undefined;
  /** All CPUs of the node; empty for a node of memory only. */
  readonly cpus: CpuSet;
  /** Where each CPU sits. */
  readonly places: readonly CpuPlace[];
  /** The node's pages of each size; of the base size those that are not huge. */
  readonly pages: readonly Pages[];
  /** distances/sibling: node id → distance, 10 for the node itself. Empty where libvirt tells none. */
  readonly distances: ReadonlyMap<number, number>;
}

/** A CPU (thread) of the host and its place; parts are undefined for an offline CPU and on old Xen. */
export interface CpuPlace {
  readonly cpu: number;
  readonly socket: number | undefined;
  readonly die: number | undefined;
  readonly cluster: number | undefined;
  /** Unique within its socket and die only. */
  readonly core: number | undefined;
  /** The threads of its core, itself included. */
  readonly siblings: CpuSet | undefined;
}

/** A cache as resctrl tells it. */
export interface CacheBank {
  readonly id: number;
  readonly level: number;
  /** both, code, data. */
  readonly type: string;
  readonly size: Bytes;
  readonly cpus: CpuSet;
}

/** One kind of guest: an operating-system type on an architecture. */
export interface GuestCapability {
  /** hvm, xen, xenpvh, linux, exe, uml. */
  readonly osType: string;
  readonly architecture: string;
  readonly wordSize: number | undefined;
  /** arch/emulator: the default one. */
  readonly emulator: string | undefined;
  /** arch/machine. */
  readonly machines: readonly MachineCapability[];
  /** arch/domain/@type: kvm, qemu, xen, lxc. */
  readonly domainTypes: readonly string[];
  /** arch/domain with what it names differently from its architecture. */
  readonly domains: readonly GuestDomainCapability[];
  /** features: names of those there (acpi, apic, pae, cpuselection …). */
  readonly features: readonly string[];
}

/** A virtualization type of a guest kind. */
export interface GuestDomainCapability {
  readonly type: string;
  readonly emulator: string | undefined;
  /** Empty where those of the architecture count. */
  readonly machines: readonly MachineCapability[];
}

/** A machine type. */
export interface MachineCapability {
  readonly name: string;
  /** What an alias such as `q35` stands for. */
  readonly canonical: string | undefined;
  readonly maxCpus: number | undefined;
  readonly isDeprecated: boolean;
}
