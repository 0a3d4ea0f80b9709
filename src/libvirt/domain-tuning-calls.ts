import type { Domain } from '#formats/libvirt-rpc/objects';
import type { Procedure } from '#formats/libvirt-rpc/procedure';
import { procedures } from '#formats/libvirt-rpc/procedures';
import type { TypedParameter } from '#formats/libvirt-rpc/typed-parameter';
import type { RpcChannel } from '#libvirt/rpc-channel';
import { affects, type WhichOptions } from '#libvirt/which-options';
import type { CpuSet } from '#units/cpu-set';

/** The calls that change what a guest may use of its host, and its devices. */
export type DomainTuningCalls = ReturnType<typeof domainTuningCalls>;

/** Makes the calls that change what a guest may use of its host, and its devices. All of them need a read-write connection. */
export function domainTuningCalls(channel: RpcChannel) {
  const device =
    (procedure: typeof procedures.domainAttachDeviceFlags) =>
    (domain: Domain, xml: string, { of, ...options }: WhichOptions = {}): Promise<undefined> =>
      channel.call(procedure, { domain, xml, flags: affects(of) }, options);

  const tune =
    (procedure: Procedure<ParametersOf, undefined>) =>
    (
      domain: Domain,
      parameters: readonly TypedParameter[],
      { of, ...options }: WhichOptions = {},
    ): Promise<undefined> =>
      channel.call(procedure, { domain, parameters, flags: affects(of) }, options);

  return {
    /** Binds a virtual CPU to CPUs of the host. */
    pinVcpu: (domain: Domain, vcpu: number, cpus: CpuSet, { of, ...options }: WhichOptions = {}): Promise<undefined> =>
      channel.call(procedures.domainPinVcpuFlags, { domain, vcpu, cpus, flags: affects(of) }, options),

    /** Binds the hypervisor's own threads to CPUs of the host. */
    pinEmulator: (domain: Domain, cpus: CpuSet, { of, ...options }: WhichOptions = {}): Promise<undefined> =>
      channel.call(procedures.domainPinEmulator, { domain, cpus, flags: affects(of) }, options),

    /** Binds an I/O thread to CPUs of the host. */
    pinIothread: (
      domain: Domain,
      iothread: number,
      cpus: CpuSet,
      { of, ...options }: WhichOptions = {},
    ): Promise<undefined> =>
      channel.call(procedures.domainPinIothread, { domain, iothread, cpus, flags: affects(of) }, options),

    /** Adds an I/O thread under a number that is free. */
    addIothread: (domain: Domain, iothread: number, { of, ...options }: WhichOptions = {}): Promise<undefined> =>
      channel.call(procedures.domainAddIothread, { domain, iothread, flags: affects(of) }, options),

    /** Takes an I/O thread away; libvirt refuses where a disk uses it. */
    removeIothread: (domain: Domain, iothread: number, { of, ...options }: WhichOptions = {}): Promise<undefined> =>
      channel.call(procedures.domainDelIothread, { domain, iothread, flags: affects(of) }, options),

    /** Seconds between two statistics that the balloon asks the guest for; 0: none. */
    setMemoryStatsPeriod: (
      domain: Domain,
      seconds: number,
      { of, ...options }: WhichOptions = {},
    ): Promise<undefined> =>
      channel.call(procedures.domainSetMemoryStatsPeriod, { domain, seconds, flags: affects(of) }, options),

    /** Memory in KiB that the balloon is to leave to the guest; the guest follows when it can. */
    setMemory: (domain: Domain, kib: bigint, { of, ...options }: WhichOptions = {}): Promise<undefined> =>
      channel.call(procedures.domainSetMemoryFlags, { domain, kib, flags: affects(of) }, options),

    /** How many virtual CPUs are on. */
    setVcpus: (domain: Domain, count: number, { of, ...options }: WhichOptions = {}): Promise<undefined> =>
      channel.call(procedures.domainSetVcpusFlags, { domain, count, flags: affects(of) }, options),

    /** Adds a device, given as its element. */
    attachDevice: device(procedures.domainAttachDeviceFlags),

    /** Takes a device away, given as its element. Where the guest must agree it may still be there when this resolves. */
    detachDevice: device(procedures.domainDetachDeviceFlags),

    /** Changes a device, given as its element; libvirt refuses what cannot be changed in place. */
    updateDevice: device(procedures.domainUpdateDeviceFlags),

    /** Sets memory limits in KiB, as `memoryLimits` gives them. */
    setMemoryLimits: tune(procedures.domainSetMemoryParameters),

    /** Sets block weights and limits of the cgroup, as `blkioParameters` gives them. */
    setBlkioParameters: tune(procedures.domainSetBlkioParameters),

    /** Sets the host's nodes that memory comes from, as `numaParameters` gives them. */
    setNumaParameters: tune(procedures.domainSetNumaParameters),

    /** Sets CPU shares, periods and quotas, as `schedulerParameters` gives them. */
    setSchedulerParameters: tune(procedures.domainSetSchedulerParametersFlags),

    /** Sets limits of one disk (its target): `total_bytes_sec`, `read_iops_sec` …; those that are not named stay, 0 lifts one. */
    setBlockIoTune: (
      domain: Domain,
      disk: string,
      parameters: readonly TypedParameter[],
      { of, ...options }: WhichOptions = {},
    ): Promise<undefined> =>
      channel.call(procedures.domainSetBlockIoTune, { domain, disk, parameters, flags: affects(of) }, options),
  };
}

interface ParametersOf {
  readonly domain: Domain;
  readonly parameters: readonly TypedParameter[];
  readonly flags: number;
}
