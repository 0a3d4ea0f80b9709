import type { Distribution } from '#model/host';
import type { KernelParameter } from '#model/kernel';
import type { Known } from '#model/known';
import type { FstabEntry } from '#model/mount';
import type { CpuSet } from '#units/cpu-set';
import type { Version } from '#units/version';

/**
 * Facts from inside a guest: what its guest agent answered, where the user allowed to ask it, or what a facts file holds that was made in
 * it. Each unknown where neither is at hand. A guest says of itself what it likes: these facts judge the guest, never the host.
 */
export interface GuestInside {
  /** `linux`, `windows`, or another family by the name that the agent gives. */
  readonly system: Known<string>;
  /** os-release(5); of Windows what the agent says. */
  readonly distribution: Known<Distribution>;
  /** /proc/sys/kernel/osrelease. */
  readonly kernel: Known<Version>;
  /** /proc/cmdline, up to `--`; secrets masked. */
  readonly commandLine: Known<readonly KernelParameter[]>;
  /** transparent_hugepage/enabled; absent where the kernel has none. */
  readonly thp: Known<string>;
  /** The clock that the guest tells the time by; absent on architectures with one clock only. */
  readonly clocksource: Known<InsideClock>;
  /** Whole disks of /proc/partitions: virtio, SCSI and SATA, IDE, NVMe, Xen. */
  readonly disks: Known<readonly InsideDisk[]>;
  /** Volume groups of LVM of which a logical volume is active. */
  readonly volumeGroups: Known<readonly VolumeGroup[]>;
  /** Devices on the virtio bus, and the driver that each is bound to: /sys/bus/virtio/devices/virtioN/uevent. Empty where the bus has none. */
  readonly virtioDevices: Known<readonly VirtioDevice[]>;
  /** Names of /proc/modules; absent in a kernel without loadable modules. */
  readonly modules: Known<readonly string[]>;
  /** hw_random; absent where the kernel has no such device class. */
  readonly randomness: Known<InsideRandomness>;
  /** Paths of the active swap areas. */
  readonly swaps: Known<readonly string[]>;
  /** /etc/fstab; secrets masked. */
  readonly fstab: Known<readonly FstabEntry[]>;
  /** CPUs that are there, and those that are in use. */
  readonly cpus: Known<{ readonly present: CpuSet; readonly online: CpuSet }>;
  /** The target that systemd starts at boot, told by what the unit says of itself; absent where no systemd is. */
  readonly defaultTarget: Known<string>;
  /** What the enabled display manager calls itself; absent where none is enabled. */
  readonly displayManager: Known<string>;
  /** HandlePowerKey of logind.conf(5), `poweroff` where nothing is set; drop-ins are not read. Absent where no systemd is. */
  readonly powerKey: Known<string>;
  /** Services of `servicesInside` that are enabled. */
  readonly services: Known<readonly string[]>;
  /** Timers and cron lines that start heavy work, of those in `heavyWork`. */
  readonly timers: Known<readonly InsideTimer[]>;
  /** Drivers of Windows, as guest-get-devices tells them; absent in other systems. */
  readonly drivers: Known<readonly InsideDriver[]>;
  /** Values of the registry by the names of `registryValues`, undefined where the value is not set; absent in other systems than Windows. */
  readonly registry: Known<ReadonlyMap<string, string | undefined>>;
}

/** clocksource0. */
export interface InsideClock {
  readonly current: string;
  readonly available: readonly string[];
}

/** A whole disk as the guest sees it. */
export interface InsideDisk {
  readonly name: string;
  /** The scheduler in force; undefined where the disk shows none. */
  readonly scheduler: string | undefined;
  /** All that it offers. */
  readonly offered: readonly string[];
  /** Of a SCSI disk (sda) its vendor: `QEMU` of a virtual one, another of one that is passed through; of a virtio disk the PCI vendor. */
  readonly vendor: string | undefined;
}

/** A volume group of LVM. */
export interface VolumeGroup {
  readonly name: string;
  /** 32 characters, without dashes. */
  readonly uuid: string;
}

/** A device on the virtio bus. */
export interface VirtioDevice {
  /** `virtio3`. */
  readonly name: string;
  /** Device type (virtio 1.2, 5): 1 network, 2 block, 3 console, 4 entropy, 5 balloon, 8 SCSI. */
  readonly type: number;
  /** Undefined where no driver has it. */
  readonly driver: string | undefined;
}

/** /sys/devices/virtual/misc/hw_random. */
export interface InsideRandomness {
  readonly available: readonly string[];
  /** `none` where none is in use. */
  readonly current: string;
}

/** What starts heavy work at a time. */
export interface InsideTimer {
  /** `fstrim.timer`, `/etc/crontab: updatedb`. */
  readonly name: string;
  /** OnCalendar as written, the words daily and weekly spelled out; the five fields of cron. */
  readonly calendar: string;
  /** RandomizedDelaySec as written; undefined where none is set or it is 0. */
  readonly randomizedDelay: string | undefined;
  readonly file: string;
}

/** A driver of Windows for a PCI device. */
export interface InsideDriver {
  readonly name: string;
  readonly version: string | undefined;
  /** PCI ids. */
  readonly vendor: number;
  readonly device: number;
}

/** Services that are looked for inside a guest. */
export const servicesInside = ['rngd', 'rng-tools', 'rng-tools-debian', 'haveged'] as const;

/** Timers of systemd that start work on disks or networks, as distributions ship them. */
export const heavyWork = [
  'fstrim',
  'dnf-makecache',
  'dnf-automatic',
  'apt-daily',
  'apt-daily-upgrade',
  'updatedb',
  'plocate-updatedb',
  'mlocate-updatedb',
  'man-db',
  'mdcheck_start',
  'raid-check',
  'mdadm-scrub',
  'btrfs-balance',
  'btrfs-scrub',
  'btrfs-defrag',
  'btrfs-trim',
  'e2scrub_all',
  'xfs_scrub_all',
  'backup-rpmdb',
] as const;

/** Values of the Windows registry that tell what costs work in the background: name, key, value. */
export const registryValues: readonly (readonly [name: string, key: string, value: string])[] = [
  ['screensaver', 'HKU\\.DEFAULT\\Control Panel\\Desktop', 'ScreenSaveActive'],
  ['visual-effects', 'HKCU\\Software\\Microsoft\\Windows\\CurrentVersion\\Explorer\\VisualEffects', 'VisualFXSetting'],
  ['search-indexing', 'HKLM\\SYSTEM\\CurrentControlSet\\Services\\WSearch', 'Start'],
  ['superfetch', 'HKLM\\SYSTEM\\CurrentControlSet\\Services\\SysMain', 'Start'],
  ['defragmentation', 'HKLM\\SYSTEM\\CurrentControlSet\\Services\\defragsvc', 'Start'],
  ['print-spooler', 'HKLM\\SYSTEM\\CurrentControlSet\\Services\\Spooler', 'Start'],
  ['themes', 'HKLM\\SYSTEM\\CurrentControlSet\\Services\\Themes', 'Start'],
  ['hibernation', 'HKLM\\SYSTEM\\CurrentControlSet\\Control\\Power', 'HibernateEnabled'],
  ['rtc-is-utc', 'HKLM\\SYSTEM\\CurrentControlSet\\Control\\TimeZoneInformation', 'RealTimeIsUniversal'],
];
