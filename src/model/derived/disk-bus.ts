import type { Disk } from '#model/domain-devices';

/** Bus that libvirt gives a disk whose target names none, by the first letters of its name (conf/domain_conf.c). */
const busOfPrefix: readonly (readonly [prefix: string, bus: string])[] = [
  ['fd', 'fdc'],
  ['hd', 'ide'],
  ['sd', 'scsi'],
  ['vd', 'virtio'],
  ['xvd', 'xen'],
];

/** Gives the bus of a disk: what its target says, else what libvirt takes from the target's name; undefined where that says nothing. */
export const diskBus = ({ bus, device, target }: Disk): string | undefined =>
  bus ?? (device === 'floppy' ? 'fdc' : busOfPrefix.find(([prefix]) => target.startsWith(prefix))?.[1]);
