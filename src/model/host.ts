import type { BlockDevice } from '#model/block-device';
import type { Cpu, CpuLimits, NumaNode } from '#model/cpu';
import type { CpuPower } from '#model/cpu-power';
import type { Kernel, Module } from '#model/kernel';
import type { Known } from '#model/known';
import type { Libvirt } from '#model/libvirt';
import type { Memory } from '#model/memory';
import type { FileSystem, FstabEntry, Mount } from '#model/mount';
import type { HostNetworkInterface } from '#model/network';
import type { Nfs } from '#model/nfs';
import type { Service, Tuned } from '#model/service';
import type { Xen } from '#model/xen';
import type { Version } from '#units/version';

/** A virtualization host as found. Every fact is known with evidence, absent, or unknown with the reason. */
export interface Host {
  /** Stable name of the machine for fingerprints: a hash of /etc/machine-id, else the host UUID that libvirt reports. */
  readonly id: Known<string>;
  /** The host name: /proc/sys/kernel/hostname, else libvirt's. */
  readonly name: Known<string>;
  /** The machine's architecture in the kernel's words: `x86_64`, `aarch64`, `s390x`, `ppc64le`. */
  readonly architecture: Known<string>;
  /** What runs guests here. `none`: neither KVM nor Xen. Xen means the control domain, not a guest of Xen. */
  readonly hypervisor: Known<'kvm' | 'xen' | 'none'>;
  /** The hypervisor that this machine itself is a guest of (`kvm`, `xen`, `vmware`, …); absent on bare metal. */
  readonly guestOf: Known<string>;
  readonly distribution: Known<Distribution>;
  readonly kernel: Kernel;
  /** The QEMU that guests are started with: libvirt's answer, else the package database. */
  readonly qemu: Known<Version>;
  readonly libvirt: Libvirt;
  /** CPUs that the kernel knows, those offline included, by id. */
  readonly cpus: Known<readonly Cpu[]>;
  /** Sets of CPUs: online, isolated from the scheduler, without the tick. */
  readonly cpuSets: CpuLimits;
  readonly cpuPower: CpuPower;
  /** NUMA nodes by id; one node where the kernel knows none. */
  readonly nodes: Known<readonly NumaNode[]>;
  readonly memory: Memory;
  /** Whole disks and the devices stacked on them, from /sys/block. */
  readonly blockDevices: Known<readonly BlockDevice[]>;
  /** /proc/self/mounts, in its order. */
  readonly mounts: Known<readonly Mount[]>;
  /** /etc/fstab, in its order. */
  readonly fstab: Known<readonly FstabEntry[]>;
  /** Room in the file systems that hold guests' images, by mount point (statfs). */
  readonly fileSystems: Known<readonly FileSystem[]>;
  /** Files and block devices that guests' disks and the layers below them name, and the sockets and the helper of persistent reservations (qemu-pr-helper), and whether they are there; those that could not be looked for are left out. */
  readonly imageFiles: Known<readonly ImageFile[]>;
  /** Loaded modules that matter here, and their parameters. */
  readonly modules: Known<readonly Module[]>;
  /** QEMU system emulators that run, whoever started them. */
  readonly qemuProcesses: Known<readonly QemuProcess[]>;
  /** What starts guests at boot without libvirt; empty where nothing does. */
  readonly guestStarters: Known<readonly GuestStarter[]>;
  /** Settings of libvirt-guests; absent where no file holds any. */
  readonly libvirtGuests: Known<ReadonlyMap<string, string>>;
  /** Options of the devices that guests give to QEMU by hand, as the installed QEMU tells them; those that it was not asked about are left out. */
  readonly deviceOptions: Known<readonly DeviceOptions[]>;
  /** systemd units that matter here. */
  readonly services: Known<readonly Service[]>;
  /** The target that systemd starts at boot: `multi-user.target`. Absent without systemd. */
  readonly defaultTarget: Known<string>;
  readonly tuned: Tuned;
  readonly nfs: Nfs;
  readonly networkInterfaces: Known<readonly HostNetworkInterface[]>;
  /** Whether /dev/vhost-net is there. */
  readonly vhostNet: Known<boolean>;
  readonly xen: Xen;
}

/** What QEMU tells of one of its devices. */
export interface DeviceOptions {
  readonly emulator: string;
  readonly device: string;
  /** Empty where it has no such device. */
  readonly options: readonly string[];
}

/** A process of QEMU. */
export interface QemuProcess {
  readonly pid: number;
  /** Name of the program: `qemu-system-x86_64`. */
  readonly program: string;
  /** -name. */
  readonly guest: string | undefined;
  /** `probe`: libvirt looks what QEMU can do; `guestfs`: an appliance of libguestfs; `xen`: device model of a Xen guest. */
  readonly purpose: 'guest' | 'probe' | 'guestfs' | 'xen';
  /** Whether a pid file of a libvirt, of the system or of a user, names it. */
  readonly isOfLibvirt: boolean;
  /** Whether it is in another mount namespace than the first process: in a container, or confined by its libvirt. */
  readonly isElsewhere: boolean;
}

/** Something that starts a guest, or drives one, at boot without libvirt. */
export interface GuestStarter {
  readonly file: string;
  /** `xl create`, `qemu-system-x86_64`. */
  readonly command: string;
}

/** A path that a disk names. */
export interface ImageFile {
  readonly path: string;
  readonly isThere: boolean;
  /** What the path points at, where it is a symbolic link: as written in it. */
  readonly link?: string | undefined;
  /** Of one that is not there: files of its name in other folders of images. */
  readonly elsewhere?: readonly string[] | undefined;
}

/** A Linux distribution: /etc/os-release. */
export interface Distribution {
  /** ID: `sles`, `opensuse-leap`, `debian`, `rhel`. */
  readonly id: string;
  /** ID and ID_LIKE. */
  readonly family: readonly string[];
  /** VERSION_ID; `15.6` is SLES 15 SP6. Undefined in rolling releases. */
  readonly version: Version | undefined;
  /** PRETTY_NAME. */
  readonly name: string;
}
