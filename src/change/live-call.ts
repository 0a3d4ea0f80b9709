/** A call of libvirt that changes a running guest, and only its running half; a closed list. */
export type LiveCall =
  | { readonly call: 'pin-vcpu'; readonly vcpu: number; readonly cpus: string }
  | { readonly call: 'pin-emulator'; readonly cpus: string }
  | { readonly call: 'pin-iothread'; readonly iothread: number; readonly cpus: string }
  | { readonly call: 'add-iothread'; readonly iothread: number }
  | { readonly call: 'remove-iothread'; readonly iothread: number }
  /** Seconds between two statistics of the balloon; 0: none. */
  | { readonly call: 'set-balloon-period'; readonly seconds: number }
  /** KiB. */
  | { readonly call: 'set-memory'; readonly kib: number }
  | { readonly call: 'set-vcpus'; readonly count: number }
  /** The host's nodes that memory comes from; the mode stays. */
  | { readonly call: 'set-numa-nodes'; readonly nodes: string }
  /** KiB; `unlimitedKib` for none. */
  | { readonly call: 'set-memory-limits'; readonly limits: Readonly<Partial<Record<MemoryLimit, number>>> }
  /** By the names of `virsh schedinfo`. */
  | { readonly call: 'set-scheduler'; readonly values: Readonly<Partial<Record<SchedulerValue, number>>> }
  /** Limits of one disk by the names of `virsh blkdeviotune`; 0: none. */
  | { readonly call: 'set-iotune'; readonly disk: string; readonly values: Readonly<Record<string, number>> }
  /** Device XML. */
  | { readonly call: 'attach-device'; readonly xml: string }
  | { readonly call: 'detach-device'; readonly xml: string }
  | { readonly call: 'update-device'; readonly xml: string };

/** Limits of memory, by libvirt's names. */
export type MemoryLimit = 'hard_limit' | 'soft_limit' | 'swap_hard_limit';

/** What stands for no limit of memory, in KiB: VIR_DOMAIN_MEMORY_PARAM_UNLIMITED. */
export const unlimitedKib = 9_007_199_254_740_991;

/** Settings of the CPU scheduler, by libvirt's names: shares without a unit, periods and quotas in microseconds. */
export type SchedulerValue =
  | 'cpu_shares'
  | 'vcpu_period'
  | 'vcpu_quota'
  | 'global_period'
  | 'global_quota'
  | 'emulator_period'
  | 'emulator_quota'
  | 'iothread_period'
  | 'iothread_quota';
