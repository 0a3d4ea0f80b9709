import type { HostInterface, NodeDevice } from '#formats/libvirt-rpc/objects';
import { procedures } from '#formats/libvirt-rpc/procedures';
import { byName, type TypedValue } from '#formats/libvirt-rpc/typed-parameter';
import { askTunables } from '#libvirt/ask-tunables';
import type { CallOptions, RpcChannel } from '#libvirt/rpc-channel';
import type { CpuSet } from '#units/cpu-set';

/** A list that flags narrow. */
export interface ListOptions extends CallOptions {
  /** Flags for this kind of list, combined with `|`; none for all. */
  readonly flags?: number | undefined;
}

/** What a guest's domain capabilities depend on; libvirt chooses what is left out. */
export interface DomainCapabilitiesOptions extends CallOptions {
  /** Path of the QEMU binary. */
  readonly emulator?: string | undefined;
  /** `x86_64`. */
  readonly architecture?: string | undefined;
  /** `q35`, `pc-i440fx-8.2`. */
  readonly machine?: string | undefined;
  /** `kvm`, `qemu`, `xen`. */
  readonly virtType?: string | undefined;
}

/** The host as libvirt counts it. On hosts with uneven NUMA nodes the product of the counts is not the number of CPUs; libvirt then says 1 node. */
export interface NodeInfo {
  /** Model of the processor, as libvirt names it: `x86_64`. */
  readonly model: string;
  readonly memoryKib: bigint;
  /** CPUs that are online. */
  readonly cpus: number;
  readonly mhz: number;
  readonly nodes: number;
  /** Per node. */
  readonly sockets: number;
  /** Per socket. */
  readonly cores: number;
  /** Per core. */
  readonly threads: number;
}

const countersByName = (
  counters: readonly { readonly name: string; readonly value: bigint }[],
): ReadonlyMap<string, bigint> => new Map(counters.map(({ name, value }) => [name, value]));

/** The calls about the hypervisor and its host. */
export type HostCalls = ReturnType<typeof hostCalls>;

/** Makes the calls about the hypervisor and its host. All of them change nothing. */
export function hostCalls(channel: RpcChannel) {
  return {
    /** The hypervisor's name in libvirt: `QEMU`, `Xen`, `TEST`. */
    type: async (options: CallOptions = {}): Promise<string> =>
      (await channel.call(procedures.connectGetType, undefined, options)).type,

    /** Version of the hypervisor: major × 1,000,000 + minor × 1,000 + release; 0 where it cannot be told. */
    hypervisorVersion: async (options: CallOptions = {}): Promise<number> =>
      Number((await channel.call(procedures.connectGetVersion, undefined, options)).version),

    /** Version of the daemon, in the same way. */
    libvirtVersion: async (options: CallOptions = {}): Promise<number> =>
      Number((await channel.call(procedures.connectGetLibVersion, undefined, options)).version),

    /** Name of the host, as the daemon has it. */
    hostname: async (options: CallOptions = {}): Promise<string> =>
      (await channel.call(procedures.connectGetHostname, undefined, options)).hostname,

    /** The URI that the daemon itself gives this connection: `qemu:///system`. */
    uri: async (options: CallOptions = {}): Promise<string> =>
      (await channel.call(procedures.connectGetUri, undefined, options)).uri,

    /** XML of what host and hypervisor can do. Slow the first time: the daemon asks each QEMU that is installed. */
    capabilities: async (options: CallOptions = {}): Promise<string> =>
      (await channel.call(procedures.connectGetCapabilities, undefined, options)).xml,

    /** XML of what a guest of some kind can have. Needs a read-write connection. Slow the first time. */
    domainCapabilities: async ({
      emulator,
      architecture,
      machine,
      virtType,
      ...options
    }: DomainCapabilitiesOptions = {}): Promise<string> =>
      (
        await channel.call(
          procedures.connectGetDomainCapabilities,
          { emulator, architecture, machine, virtType, flags: 0 },
          options,
        )
      ).xml,

    /** Names of the CPU models that libvirt knows for an architecture. */
    cpuModelNames: async (architecture: string, options: CallOptions = {}): Promise<readonly string[]> =>
      (await channel.call(procedures.connectGetCpuModelNames, { architecture, wantsNames: true, flags: 0 }, options))
        .names,

    /** SMBIOS of the host as XML. */
    sysinfo: async (options: CallOptions = {}): Promise<string> =>
      (await channel.call(procedures.connectGetSysinfo, { flags: 0 }, options)).xml,

    /** The command line that the hypervisor would be started with for a guest of this XML. Needs a read-write connection. */
    domainXmlToNative: async (
      xml: string,
      { format = 'qemu-argv', ...options }: CallOptions & { readonly format?: string } = {},
    ): Promise<string> =>
      (await channel.call(procedures.connectDomainXmlToNative, { format, xml, flags: 0 }, options)).native,

    /** Processor, memory and counts of the host. */
    nodeInfo: (options: CallOptions = {}): Promise<NodeInfo> =>
      channel.call(procedures.nodeGetInfo, undefined, options),

    /** Bytes of free memory of the host. */
    freeMemory: async (options: CallOptions = {}): Promise<bigint> =>
      (await channel.call(procedures.nodeGetFreeMemory, undefined, options)).bytes,

    /** Bytes of free memory of each NUMA node, from node `first` on. */
    cellsFreeMemory: async ({
      first = 0,
      most = 1024,
      ...options
    }: CallOptions & { readonly first?: number; readonly most?: number } = {}): Promise<readonly bigint[]> =>
      (await channel.call(procedures.nodeGetCellsFreeMemory, { first, most }, options)).bytes,

    /** Free pages of each size asked for (in KiB) on each NUMA node asked for: first the sizes of the first node, then those of the next. */
    freePages: async (
      sizesKib: readonly number[],
      {
        firstCell = 0,
        cells = 1,
        ...options
      }: CallOptions & { readonly firstCell?: number; readonly cells?: number } = {},
    ): Promise<readonly bigint[]> =>
      (await channel.call(procedures.nodeGetFreePages, { sizesKib, firstCell, cells, flags: 0 }, options)).counts,

    /** The CPUs that are online, and how many the host has. */
    cpuMap: async (options: CallOptions = {}): Promise<{ readonly online: CpuSet; readonly present: number }> => {
      const { online, present } = await channel.call(
        procedures.nodeGetCpuMap,
        { wantsMap: true, wantsOnline: true, flags: 0 },
        options,
      );
      return { online, present };
    },

    /** CPU time in nanoseconds since boot by kind (`user`, `kernel`, `idle`, `iowait`); of one CPU, or of all together. */
    cpuStats: async ({
      cpu = -1,
      ...options
    }: CallOptions & { readonly cpu?: number } = {}): Promise<ReadonlyMap<string, bigint>> => {
      const answer = await askTunables(
        channel,
        procedures.nodeGetCpuStats,
        count => ({ cpu, count, flags: 0 }),
        options,
      );
      return countersByName(answer?.counters ?? []);
    },

    /** Memory in KiB by kind (`total`, `free`, `buffers`, `cached`); of one NUMA node, or of the host. */
    memoryStats: async ({
      cell = -1,
      ...options
    }: CallOptions & { readonly cell?: number } = {}): Promise<ReadonlyMap<string, bigint>> => {
      const answer = await askTunables(
        channel,
        procedures.nodeGetMemoryStats,
        count => ({ count, cell, flags: 0 }),
        options,
      );
      return countersByName(answer?.counters ?? []);
    },

    /** Settings of the host's memory that libvirt knows: KSM (`shm_pages_to_scan`, `shm_merge_across_nodes` …). */
    memoryParameters: async (options: CallOptions = {}): Promise<ReadonlyMap<string, TypedValue>> => {
      const answer = await askTunables(
        channel,
        procedures.nodeGetMemoryParameters,
        count => ({ count, flags: 0 }),
        options,
      );
      return byName(answer?.parameters ?? []);
    },

    /** The security model that confines guests: `apparmor`, `selinux`; an empty name for none. */
    securityModel: (
      options: CallOptions = {},
    ): Promise<{ readonly model: string; readonly domainOfInterpretation: string }> =>
      channel.call(procedures.nodeGetSecurityModel, undefined, options),

    /** Network interfaces of the host; `interfaceListFlags`. Few builds of libvirt have the driver for it. */
    interfaces: async ({ flags = 0, ...options }: ListOptions = {}): Promise<readonly HostInterface[]> =>
      (await channel.call(procedures.connectListAllInterfaces, { wantsResults: true, flags }, options)).interfaces,

    /** XML of an interface of the host. */
    interfaceXml: async (which: HostInterface, options: CallOptions = {}): Promise<string> =>
      (await channel.call(procedures.interfaceGetXmlDesc, { interface: which, flags: 0 }, options)).xml,

    /** Whether an interface of the host is up. */
    isInterfaceActive: async (which: HostInterface, options: CallOptions = {}): Promise<boolean> =>
      (await channel.call(procedures.interfaceIsActive, { interface: which }, options)).active,

    /** Devices of the host; `nodeDeviceListFlags`. */
    nodeDevices: async ({ flags = 0, ...options }: ListOptions = {}): Promise<readonly NodeDevice[]> =>
      (await channel.call(procedures.connectListAllNodeDevices, { wantsResults: true, flags }, options)).devices,

    /** XML of a device of the host. */
    nodeDeviceXml: async (device: NodeDevice, options: CallOptions = {}): Promise<string> =>
      (await channel.call(procedures.nodeDeviceGetXmlDesc, { name: device.name, flags: 0 }, options)).xml,
  };
}
