import type { Known, Place } from '#model/known';
import type { UdevRuleFile } from '#model/udev-rule';
import type { Version } from '#units/version';

/** The running kernel and how it is and will be set up. */
export interface Kernel {
  /** /proc/sys/kernel/osrelease. */
  readonly version: Known<Version>;
  /** /proc/cmdline, in order, up to `--`: what follows is for init. */
  readonly commandLine: Known<readonly KernelParameter[]>;
  /**
   * What the boot loader will pass next time, in order: the Linux variables of /etc/default/grub (and drop-ins), the options of the boot
   * entry where entries are used, else /etc/kernel/cmdline. What the boot loader adds itself (root=, ro) is not among them.
   */
  readonly configuredCommandLine: Known<readonly KernelParameter[]>;
  /** The hypervisor's options in /etc/default/grub: GRUB_CMDLINE_XEN and GRUB_CMDLINE_XEN_DEFAULT. */
  readonly configuredXenCommandLine: Known<readonly KernelParameter[]>;
  /** CONFIG_… of /boot/config-VERSION or /proc/config.gz. */
  readonly config: Known<ReadonlyMap<string, string>>;
  /** Sysctls that matter here: running value and where each is set. */
  readonly sysctls: Sysctls;
  /** Files that look like sysctl settings but are never read, such as /etc/systcl.conf. Empty where there is none. */
  readonly strayedSysctlFiles: Known<readonly string[]>;
  /**
   * tmpfiles.d lines of type w that write to /sys or /proc, in the order in which systemd-tmpfiles applies them: the last one that
   * matches a path wins. Lines that it ignores (a path named before) are left out.
   */
  readonly tmpfiles: Known<readonly TmpfilesWrite[]>;
  /**
   * Writes to /sys and /proc in start-up scripts (rc.local, boot.local) and in unit files of the administrator that are enabled. Only
   * plain forms such as `echo never > PATH` have a value.
   */
  readonly bootWrites: Known<readonly BootWrite[]>;
  /** The udev rule files that choose an I/O scheduler, in the order in which udev reads them. Empty where none does. */
  readonly schedulerRules: Known<readonly UdevRuleFile[]>;
  /** scan_delay_ms, scan_period_min_ms, scan_period_max_ms, scan_size_mb … of /sys/kernel/debug/sched/numa_balancing (Linux 5.13), by name. */
  readonly balancingScan: Known<ReadonlyMap<string, number>>;
  /** Pressure stall information: /proc/pressure. Absent where the kernel has it off. */
  readonly pressure: Pressure;
}

/** One word of a kernel command line. */
export interface KernelParameter {
  readonly name: string;
  /** Undefined for a bare word such as `quiet`. */
  readonly value: string | undefined;
  /** The variable or file that it stands in; undefined for the running one. */
  readonly variable?: string | undefined;
  /** Where it stands; undefined for the running one. */
  readonly place?: Place | undefined;
}

/** The sysctls that the readings cover. */
export const sysctlNames = [
  'vm.swappiness',
  'vm.nr_hugepages',
  'vm.nr_overcommit_hugepages',
  'vm.zone_reclaim_mode',
  'vm.overcommit_memory',
  'vm.overcommit_ratio',
  'vm.dirty_ratio',
  'vm.dirty_bytes',
  'vm.max_map_count',
  'vm.min_free_kbytes',
  'fs.aio-max-nr',
  'fs.aio-nr',
  'kernel.numa_balancing',
  'kernel.numa_balancing_scan_delay_ms',
  'kernel.numa_balancing_scan_period_min_ms',
  'kernel.numa_balancing_scan_period_max_ms',
  'kernel.numa_balancing_scan_size_mb',
  'kernel.io_uring_disabled',
] as const;

/** The name of a sysctl that the readings cover. */
export type SysctlName = (typeof sysctlNames)[number];

/** Each sysctl by name. */
export type Sysctls = Readonly<Record<SysctlName, Sysctl>>;

/** One sysctl: its running value, and all lines that set it. */
export interface Sysctl {
  /** The text of /proc/sys/…; absent where this kernel has no such key. */
  readonly running: Known<string>;
  /** Every line that sets it, in the order in which systemd-sysctl applies them at boot: the last one wins. Empty where no file sets it. */
  readonly settings: Known<readonly SysctlSetting[]>;
}

/** A line of a sysctl file. */
export interface SysctlSetting {
  /** The file that a person would edit: a link (99-sysctl.conf) stands for what it points to. */
  readonly file: string;
  readonly line: number;
  readonly value: string;
  /** Whether systemd-sysctl reads the file at boot; /etc/sysctl.conf without the link 99-sysctl.conf is not. */
  readonly isReadAtBoot: boolean;
}

/** `w` (also `w+`) line of a tmpfiles.d file. */
export interface TmpfilesWrite {
  /** May hold the wildcards `*`, `?` and `[…]`. */
  readonly path: string;
  readonly value: string;
  readonly file: string;
  readonly line: number;
}

/** A write to /sys or /proc that a start-up script or unit makes. */
export interface BootWrite {
  /** May hold wildcards of the shell. */
  readonly path: string;
  /** What is written; undefined where the script was not understood. */
  readonly value: string | undefined;
  readonly file: string;
  readonly line: number;
}

/** Pressure of each resource; /proc/pressure/{cpu,memory,io}. */
export interface Pressure {
  readonly cpu: Known<Stall>;
  readonly memory: Known<Stall>;
  readonly io: Known<Stall>;
}

/** Share of time, in percent, in which some task waited; averages over 10, 60 and 300 s. */
export interface Stall {
  readonly some10: number;
  readonly some60: number;
  readonly some300: number;
}

/** A loaded module. */
export interface Module {
  readonly name: string;
  /** /sys/module/NAME/parameters, where readable. */
  readonly parameters: ReadonlyMap<string, string>;
  /** Parameters that are there but may not be read. */
  readonly unreadable: readonly string[];
}
