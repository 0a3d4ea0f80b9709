import type { Bytes } from '#units/bytes';
import type { CpuSet } from '#units/cpu-set';

/**
 * A machine as a person would draw it: packages, NUMA nodes, cores and their threads, memory, and which thread of which guest sits where.
 * Text, SVG and JSON are all drawn from this, so that they show the same numbers.
 */
export interface Picture {
  /** Where it was read from, for people. */
  readonly source: string;
  /** The host's name; undefined where it was not read. */
  readonly name: string | undefined;
  /** The CPU's model name: /proc/cpuinfo. */
  readonly cpuModel: string | undefined;
  /** Why there are no CPUs to draw; undefined where there are some. */
  readonly lacking: string | undefined;
  /** Whether the kernel knows NUMA nodes; where it knows none, one node without an id stands for the machine. */
  readonly hasNuma: boolean;
  /** Whether nodes are drawn in the package that holds them, or packages in the node; `same` where each package is one node. */
  readonly nesting: 'same' | 'nodes-in-packages' | 'packages-in-nodes';
  /** Empty where the machine tells none. */
  readonly packages: readonly PicturePackage[];
  readonly nodes: readonly PictureNode[];
  readonly counts: PictureCounts;
  /** CPUs that are there and offline: they have no place in the topology. */
  readonly offline: CpuSet;
  /** CPUs taken from the scheduler by isolcpus=. */
  readonly isolated: CpuSet;
  /** CPUs that threads without a pin may run on: online and not isolated. */
  readonly shared: CpuSet;
  /** MemTotal. */
  readonly memory: Bytes | undefined;
  readonly guests: readonly PictureGuest[];
  /** Why the guests are not in the picture; undefined where they are. */
  readonly guestsLacking: string | undefined;
}

/** How much of everything the picture shows. */
export interface PictureCounts {
  readonly packages: number;
  readonly nodes: number;
  readonly cores: number;
  /** Online CPUs. */
  readonly cpus: number;
  readonly guests: number;
  readonly running: number;
}

/** A package: what sits in one socket. */
export interface PicturePackage {
  /** The kernel's id, or a running number where ids are not unique (books of s390x). */
  readonly id: number;
  readonly cpus: CpuSet;
  /** Places in `nodes` of the nodes that its CPUs belong to. */
  readonly nodes: readonly number[];
}

/** A NUMA node. */
export interface PictureNode {
  /** The kernel's id; undefined for a machine without NUMA, and for CPUs that no node lists. */
  readonly id: number | undefined;
  readonly cpus: CpuSet;
  /** Ids of the packages that its CPUs belong to. */
  readonly packages: readonly number[];
  /** In the order of their first CPU, package by package. Empty on a node of memory alone. */
  readonly cores: readonly PictureCore[];
  readonly memory: PictureMemory;
  /** SLIT distance to each node of the picture, in its order; empty where not told. */
  readonly distances: readonly number[];
}

/** A core and its threads. */
export interface PictureCore {
  /** The kernel's core_id, unique only within a package and die; undefined where not told. */
  readonly id: number | undefined;
  /** Id of its package. */
  readonly package: number | undefined;
  readonly threads: readonly PictureCpu[];
}

/** One logical CPU that is online. */
export interface PictureCpu {
  readonly cpu: number;
  readonly isIsolated: boolean;
  /** Threads of guests that are pinned here. */
  readonly seats: readonly Seat[];
}

/** A thread of a guest on a CPU it is pinned to. */
export interface Seat {
  /** Place in `guests`. */
  readonly guest: number;
  readonly role: ThreadRole;
  /** Number of the vCPU or I/O thread; undefined for the emulator. */
  readonly id: number | undefined;
}

/** vCPU, the emulator's own threads, or an I/O thread. */
export type ThreadRole = 'vcpu' | 'emulator' | 'iothread';

/** The memory of one node. */
export interface PictureMemory {
  /** Undefined where not told. */
  readonly total: Bytes | undefined;
  readonly free: Bytes | undefined;
  /** Pools of huge pages that have any page. */
  readonly pools: readonly PicturePool[];
  /** Memory of guests that only this node may give. */
  readonly bound: readonly { readonly guest: number; readonly amount: Bytes; readonly pageSize: Bytes | undefined }[];
}

/** Huge pages of one size on a node. */
export interface PicturePool {
  readonly pageSize: Bytes;
  readonly total: number;
  readonly free: number;
}

/** A guest, and where it may run. */
export interface PictureGuest {
  readonly name: string;
  /** `off` also where the state is not known: nothing shows that it runs. */
  readonly state: 'running' | 'off';
  /** vCPUs plugged in; undefined where the definition could not be read. */
  readonly vcpus: number | undefined;
  /** Why its placement is not told. */
  readonly lacking: string | undefined;
  /** Threads that have CPUs of their own. */
  readonly pinned: readonly PinnedThreads[];
  /** Threads that may run on any CPU that is not isolated. */
  readonly floating: { readonly vcpus: number; readonly iothreads: number; readonly hasEmulator: boolean };
  /** placement='auto': numad chooses the CPUs at each start. */
  readonly isPlacedByNumad: boolean;
  readonly memory: readonly GuestMemory[];
}

/** Threads of one role with the same CPUs. */
export interface PinnedThreads {
  readonly role: ThreadRole;
  /** Numbers of the vCPUs or I/O threads; empty for the emulator. */
  readonly ids: readonly number[];
  readonly cpus: CpuSet;
  /** Those of the CPUs that are not online: missing or switched off. */
  readonly missing: CpuSet;
  /** `seat`: few CPUs, shown on each. `range`: free to move among many, shown beside them. */
  readonly shownAs: 'seat' | 'range';
}

/** A part of a guest's memory. */
export interface GuestMemory {
  readonly amount: Bytes;
  /** Undefined: normal pages. */
  readonly pageSize: Bytes | undefined;
  /** numatune's mode; undefined where nothing binds it. */
  readonly mode: string | undefined;
  /** Host nodes that it is bound to; undefined: any, or numad's choice. */
  readonly nodes: CpuSet | undefined;
}
