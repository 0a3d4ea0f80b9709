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
  /** Files and block devices that guests' disks and the layers below them name, and whether they are there; those that could not be looked for are left out. */
  readonly imageFiles: Known<readonly ImageFile[]>;
  /** Loaded modules that matter here, and their parameters. */
  readonly modules: Known<readonly Module[]>;
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

/** A path that a disk names. */
export interface ImageFile {
  readonly path: string;
  readonly isThere: boolean;
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
