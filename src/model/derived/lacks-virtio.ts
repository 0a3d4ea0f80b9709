import { type FirstVersions, isOlderThan } from '#model/derived/older-than';

/**
 * The first version with drivers for virtio disks and interfaces, by the part of the libosinfo id before it: vio(4) of OpenBSD,
 * virtio(4) of FreeBSD and NetBSD (“first appeared in”), Red Hat's Virtualization Guide (“included in 4.8, 5.3 and newer”), and of
 * the rest the first release with Linux 2.6.25.
 */
const first: FirstVersions = [
  ['openbsd.org/openbsd/', '5.3'],
  ['freebsd.org/freebsd/', '9.0'],
  ['netbsd.org/netbsd/', '6.0'],
  ['redhat.com/rhel/5', '.3'],
  ['centos.org/centos/5', '.3'],
  ['fedoraproject.org/fedora/', '9'],
  ['debian.org/debian/', '5'],
  ['ubuntu.com/ubuntu/', '8.04'],
];

/** Windows for which no virtio-win drivers were ever made, and what came before. */
const oldWindows = /\/\/microsoft\.com\/(?:msdos\/|winnt\/|win\/(?:1\.|2\.|3\.|95|98|me|2k$))/;

/** Takes a libosinfo id; gives whether it is of a system that has no drivers for virtio: what is emulated is right for it then. */
export const lacksVirtio = (osId: string): boolean => oldWindows.test(osId) || isOlderThan(osId, first);
