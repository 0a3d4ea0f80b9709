import { readCpuMap } from '#formats/libvirt-rpc/cpu-map';
import { affectFlags } from '#formats/libvirt-rpc/flags';
import { memoryStatName, type VcpuStateName, vcpuStateName } from '#formats/libvirt-rpc/names';
import type { Domain } from '#formats/libvirt-rpc/objects';
import { procedures } from '#formats/libvirt-rpc/procedures';
import { byName, type TypedValue } from '#formats/libvirt-rpc/typed-parameter';
import { askTunables } from '#libvirt/ask-tunables';
import type { CallOptions, RpcChannel } from '#libvirt/rpc-channel';
import { affects, type WhichOptions } from '#libvirt/which-options';
import type { CpuSet } from '#units/cpu-set';

/** Where a virtual CPU is. */
export interface VcpuPlace {
  readonly number: number;
  readonly state: VcpuStateName;
  readonly cpuTimeNs: bigint;
  /** The host's CPU on which it ran last; −1 offline, −2 where the hypervisor does not tell. */
  readonly cpu: number;
  /** The host's CPUs on which it may run. */
  readonly allowed: CpuSet;
}

/** libvirt's statistics of one guest: `balloon.current`, `vcpu.0.time`, `block.0.capacity` … */
export interface DomainStats {
  readonly domain: Domain;
  readonly values: ReadonlyMap<string, TypedValue>;
}

/** What is asked for in bulk statistics. */
export interface DomainStatsOptions extends CallOptions {
  /** Only these guests; all where it is left out. */
  readonly domains?: readonly Domain[] | undefined;
  /** `domainStatsGroups`, combined with `|`; all where it is left out. */
  readonly groups?: number | undefined;
  /** `domainStatsFlags`, and `domainListFlags` up to `otherState`. */
  readonly flags?: number | undefined;
}

/** Tunables may be texts; without this flag libvirt leaves those out. */
const withTexts = 1 << 2;

/** Counts the virtual CPUs that a guest can have, not only those that are on (virDomainVcpuFlags). */
const maximum = 1 << 2;

/** The calls that ask what guests use of their host. */
export type DomainResourceCalls = ReturnType<typeof domainResourceCalls>;

/** Makes the calls that ask what guests use of their host: memory, CPUs, pins, limits. All of them change nothing. */
export function domainResourceCalls(channel: RpcChannel) {
  const tunables = async (
    procedure: typeof procedures.domainGetMemoryParameters,
    domain: Domain,
    { of, ...options }: WhichOptions,
  ): Promise<ReadonlyMap<string, TypedValue>> => {
    const answer = await askTunables(
      channel,
      procedure,
      count => ({ domain, count, flags: affects(of) | withTexts }),
      options,
    );
    return byName(answer?.parameters ?? []);
  };

  /** Bytes of a map of the host's CPUs. */
  const mapLength = async (options: CallOptions): Promise<number> => {
    const { present } = await channel.call(
      procedures.nodeGetCpuMap,
      { wantsMap: false, wantsOnline: false, flags: 0 },
      options,
    );
    return Math.max(1, Math.ceil(present / 8));
  };

  const vcpuCount = async (domain: Domain, flags: number, options: CallOptions): Promise<number> =>
    (await channel.call(procedures.domainGetVcpusFlags, { domain, flags }, options)).count;

  return {
    /** The figures that `virsh dommemstat` prints, by its names; the guest must run. */
    domainMemoryStats: async (domain: Domain, options: CallOptions = {}): Promise<ReadonlyMap<string, bigint>> => {
      const { stats } = await channel.call(procedures.domainMemoryStats, { domain, most: 1024, flags: 0 }, options);
      return new Map(stats.map(({ tag, value }) => [memoryStatName(tag), value]));
    },

    /** Statistics of many guests in one answer. */
    domainStats: async ({
      domains = [],
      groups = 0,
      flags = 0,
      ...options
    }: DomainStatsOptions = {}): Promise<readonly DomainStats[]> => {
      const { records } = await channel.call(procedures.connectGetAllDomainStats, { domains, groups, flags }, options);
      return records.map(({ domain, parameters }) => ({ domain, values: byName(parameters) }));
    },

    /** Where the virtual CPUs of a running guest are. */
    vcpus: async (domain: Domain, options: CallOptions = {}): Promise<readonly VcpuPlace[]> => {
      const [length, most] = await Promise.all([mapLength(options), vcpuCount(domain, affectFlags.live, options)]);
      const { vcpus, maps } = await channel.call(
        procedures.domainGetVcpus,
        { domain, most, mapLength: length },
        options,
      );
      return vcpus.map(({ number, state, cpuTimeNs, cpu }, at) => ({
        number,
        state: vcpuStateName(state),
        cpuTimeNs,
        cpu,
        allowed: readCpuMap(maps.subarray(at * length, (at + 1) * length)),
      }));
    },

    /** The host's CPUs to which each virtual CPU is bound, in their order, those that are off included. */
    vcpuPins: async (domain: Domain, { of, ...options }: WhichOptions = {}): Promise<readonly CpuSet[]> => {
      const [length, most] = await Promise.all([mapLength(options), vcpuCount(domain, affects(of) | maximum, options)]);
      const { maps, count } = await channel.call(
        procedures.domainGetVcpuPinInfo,
        { domain, most, mapLength: length, flags: affects(of) },
        options,
      );
      return Array.from({ length: Math.min(count, most) }, (_, at) =>
        readCpuMap(maps.subarray(at * length, (at + 1) * length)),
      );
    },

    /** The host's CPUs to which the hypervisor's own threads are bound. */
    emulatorPin: async (domain: Domain, { of, ...options }: WhichOptions = {}): Promise<CpuSet> => {
      const length = await mapLength(options);
      return (
        await channel.call(
          procedures.domainGetEmulatorPinInfo,
          { domain, mapLength: length, flags: affects(of) },
          options,
        )
      ).cpus;
    },

    /** The I/O threads, and the host's CPUs to which each is bound. */
    iothreads: async (
      domain: Domain,
      { of, ...options }: WhichOptions = {},
    ): Promise<readonly { readonly id: number; readonly cpus: CpuSet }[]> =>
      (await channel.call(procedures.domainGetIothreadInfo, { domain, flags: affects(of) }, options)).iothreads,

    /** Memory limits in KiB: `hard_limit`, `soft_limit`, `swap_hard_limit`; 9007199254740991 stands for none. */
    memoryLimits: (domain: Domain, options: WhichOptions = {}): Promise<ReadonlyMap<string, TypedValue>> =>
      tunables(procedures.domainGetMemoryParameters, domain, options),

    /** `numa_mode` (0 strict, 1 preferred, 2 interleave, 3 restrictive) and `numa_nodeset`. */
    numaParameters: (domain: Domain, options: WhichOptions = {}): Promise<ReadonlyMap<string, TypedValue>> =>
      tunables(procedures.domainGetNumaParameters, domain, options),

    /** Block weights and limits of the cgroup. */
    blkioParameters: (domain: Domain, options: WhichOptions = {}): Promise<ReadonlyMap<string, TypedValue>> =>
      tunables(procedures.domainGetBlkioParameters, domain, options),

    /** CPU shares, periods and quotas: `cpu_shares`, `vcpu_period`, `vcpu_quota`, `emulator_quota` … */
    schedulerParameters: async (
      domain: Domain,
      { of, ...options }: WhichOptions = {},
    ): Promise<ReadonlyMap<string, TypedValue>> => {
      const { count } = await channel.call(procedures.domainGetSchedulerType, { domain }, options);
      const { parameters } = await channel.call(
        procedures.domainGetSchedulerParametersFlags,
        { domain, count, flags: affects(of) | withTexts },
        options,
      );
      return byName(parameters);
    },
  };
}
