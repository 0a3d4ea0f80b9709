import { configurationReadings } from '#collect/configuration-readings';
import { architecture } from '#collect/host/architecture';
import { cpuSets } from '#collect/host/cpu-sets';
import { cpus } from '#collect/host/cpus';
import { type AskedDevice, deviceOptionsReading } from '#collect/host/device-options';
import { guestOf } from '#collect/host/guest-of';
import { hypervisor } from '#collect/host/hypervisor';
import { distribution, hostId, hostName } from '#collect/host/identity';
import { imageFilesReading } from '#collect/host/image-files';
import { kernelVersion } from '#collect/host/kernel-version';
import { memoryReadings } from '#collect/host/memory';
import { nodes } from '#collect/host/nodes';
import { pressure } from '#collect/host/pressure';
import { roomReading } from '#collect/host/room';
import { libvirtVersion, qemuVersion } from '#collect/host/versions';
import type { ReadingsOf } from '#collect/reading';
import type { BootFacts } from '#model/derived/thp-at-boot';
import type { Host } from '#model/host';
import type { Kernel } from '#model/kernel';
import type { Libvirt } from '#model/libvirt';

/** What the machine is, its CPUs, nodes and memory. */
export interface CpuAndMemory
  extends Pick<
    Host,
    | 'id'
    | 'name'
    | 'architecture'
    | 'hypervisor'
    | 'guestOf'
    | 'distribution'
    | 'qemu'
    | 'cpus'
    | 'cpuSets'
    | 'nodes'
    | 'memory'
  > {
  readonly kernel: Pick<Kernel, 'version' | 'pressure'>;
  readonly libvirt: Pick<Libvirt, 'version'>;
}

/** Takes the readings of what writes knobs at boot (for `memory.thp.atBoot`); gives this part of the host's readings. */
export const cpuAndMemoryReadings = (boot: ReadingsOf<BootFacts>): ReadingsOf<CpuAndMemory> => ({
  id: hostId,
  name: hostName,
  architecture,
  hypervisor,
  guestOf,
  distribution,
  qemu: qemuVersion,
  cpus,
  cpuSets,
  nodes,
  memory: memoryReadings(boot),
  kernel: { version: kernelVersion, pressure },
  libvirt: { version: libvirtVersion },
});

/** What guests' definitions name. */
export interface ImagePaths {
  /** Where room is looked for: images in files, and the folders of pools. */
  readonly folders: readonly string[];
  /** Every path of a disk and of the layers below it. */
  readonly files: readonly string[];
  /** Folders in which images lie. */
  readonly imageFolders: readonly string[];
  /** Devices that QEMU arguments name. */
  readonly devices: readonly AskedDevice[];
}

/** Every reading of the host, in the shape of the model. */
export function hostReadings(
  imagePaths: ImagePaths = { folders: [], files: [], imageFolders: [], devices: [] },
): ReadingsOf<Host> {
  const { kernel, libvirt, ...configuration } = configurationReadings;
  const own = cpuAndMemoryReadings({ kernel, tuned: configuration.tuned });
  return {
    ...configuration,
    ...own,
    kernel: { ...kernel, ...own.kernel },
    libvirt: { ...libvirt, ...own.libvirt },
    fileSystems: roomReading(imagePaths.folders),
    imageFiles: imageFilesReading(imagePaths.files, imagePaths.imageFolders),
    deviceOptions: deviceOptionsReading(imagePaths.devices),
  };
}
