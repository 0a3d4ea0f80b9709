import type {
  Balloon,
  Channel,
  Controller,
  Device,
  Disk,
  Filesystem,
  Graphics,
  HostDevice,
  MemoryDevice,
  NetworkInterface,
  Rng,
  Tpm,
  Video,
  Watchdog,
} from '#model/domain-devices';
import type {
  BlockWeights,
  BootSetup,
  Clock,
  CpuTuning,
  Features,
  GuestCpu,
  MaxMemory,
  MemoryBacking,
  MemoryTuning,
  NumaTuning,
  Vcpus,
} from '#model/domain-resources';
import type { Known } from '#model/known';
import type { Bytes } from '#units/bytes';

/**
 * One definition of a guest: a domain XML, part by part; libvirt's formatdomain. A part that the XML has not is absent; a
 * definition that was not read is unknown in every part. Defaults are not filled in: what libvirt would choose is a rule's business.
 */
export interface DomainConfig {
  /** The file or the libvirt call that the XML came from. */
  readonly source: string;
  /** domain/@type: kvm, qemu, xen. */
  readonly type: Known<string>;
  readonly os: Known<BootSetup>;
  /** memory: the ceiling at boot, attached memory devices included. */
  readonly memory: Known<Bytes>;
  /** currentMemory: what the balloon leaves; where the element is missing the same as memory. */
  readonly currentMemory: Known<Bytes>;
  readonly maxMemory: Known<MaxMemory>;
  readonly memoryBacking: Known<MemoryBacking>;
  readonly memtune: Known<MemoryTuning>;
  readonly blockWeights: Known<BlockWeights>;
  readonly vcpus: Known<Vcpus>;
  /** iothreads: how many. */
  readonly iothreads: Known<number>;
  readonly cputune: Known<CpuTuning>;
  readonly numatune: Known<NumaTuning>;
  readonly cpu: Known<GuestCpu>;
  readonly features: Known<Features>;
  readonly clock: Known<Clock>;
  /** on_crash. */
  readonly onCrash: Known<string>;
  readonly emulator: Known<string>;
  readonly disks: Known<readonly Disk[]>;
  readonly nics: Known<readonly NetworkInterface[]>;
  readonly controllers: Known<readonly Controller[]>;
  readonly hostDevices: Known<readonly HostDevice[]>;
  readonly filesystems: Known<readonly Filesystem[]>;
  readonly balloon: Known<Balloon>;
  readonly memoryDevices: Known<readonly MemoryDevice[]>;
  readonly rngs: Known<readonly Rng[]>;
  readonly graphics: Known<readonly Graphics[]>;
  readonly videos: Known<readonly Video[]>;
  readonly channels: Known<readonly Channel[]>;
  readonly tpms: Known<readonly Tpm[]>;
  readonly watchdogs: Known<readonly Watchdog[]>;
  /** Devices that rules only count or name: sound, input, redirdev, hub, smartcard, panic, serial, console, parallel, vsock, shmem, iommu. */
  readonly otherDevices: Known<readonly Device[]>;
  /** The PCI bus of each device that has a PCI address: the index of the controller that it hangs on. */
  readonly pciBuses: Known<readonly number[]>;
  /** Values of qemu:commandline/qemu:arg in order, secrets masked. Absent where there is none. */
  readonly qemuArguments: Known<readonly string[]>;
  /** Devices of -device among them. Absent where there are no QEMU arguments. */
  readonly qemuDevices: Known<readonly QemuDevice[]>;
  /** launchSecurity/@type: sev, sev-snp, s390-pv. */
  readonly launchSecurity: Known<string>;
}

/** A device given to QEMU by hand: `-device virtio-blk-pci,drive=d,mq=on`. */
export interface QemuDevice {
  readonly device: string;
  /** Names of its options; not those that every device has (id, bus). */
  readonly options: readonly string[];
}
