import { blockDevices } from '#collect/host/block-devices';
import { bootWriterReadings } from '#collect/host/boot-writers';
import { commandLineReadings } from '#collect/host/command-lines';
import { cpuPowerReadings } from '#collect/host/cpu-power';
import { defaultTarget } from '#collect/host/default-target';
import { guestStarters } from '#collect/host/guest-starters';
import { kernelConfig } from '#collect/host/kernel-config';
import { libvirtReadings } from '#collect/host/libvirt';
import { libvirtGuests } from '#collect/host/libvirt-guests';
import { modules } from '#collect/host/modules';
import { mountReadings } from '#collect/host/mounts';
import { networkReadings } from '#collect/host/network-interfaces';
import { nfsReadings } from '#collect/host/nfs';
import { balancingScan } from '#collect/host/numa-balancing';
import { qemuProcesses } from '#collect/host/qemu-processes';
import { services } from '#collect/host/services';
import { sysctlReadings } from '#collect/host/sysctls';
import { tunedReadings } from '#collect/host/tuned';
import { xenReadings } from '#collect/host/xen';
import type { ReadingsOf } from '#collect/reading';
import type { Host } from '#model/host';
import type { Kernel } from '#model/kernel';
import type { Libvirt } from '#model/libvirt';

/** How the machine is set up, its devices and what runs on it. Room in file systems depends on the guests: `roomReading`. */
export interface Configuration
  extends Pick<
    Host,
    | 'cpuPower'
    | 'nfs'
    | 'defaultTarget'
    | 'blockDevices'
    | 'mounts'
    | 'fstab'
    | 'modules'
    | 'services'
    | 'qemuProcesses'
    | 'guestStarters'
    | 'libvirtGuests'
    | 'tuned'
    | 'networkInterfaces'
    | 'vhostNet'
    | 'xen'
  > {
  readonly kernel: Omit<Kernel, 'version' | 'pressure'>;
  readonly libvirt: Omit<Libvirt, 'version'>;
}

/** This part of the host's readings. */
export const configurationReadings: ReadingsOf<Configuration> = {
  kernel: { ...commandLineReadings, ...sysctlReadings, ...bootWriterReadings, config: kernelConfig, balancingScan },
  libvirt: libvirtReadings,
  blockDevices,
  ...mountReadings,
  modules,
  services,
  qemuProcesses,
  guestStarters,
  libvirtGuests,
  defaultTarget,
  cpuPower: cpuPowerReadings,
  nfs: nfsReadings,
  tuned: tunedReadings,
  ...networkReadings,
  xen: xenReadings,
};
