import { lacksVirtio } from '#model/derived/lacks-virtio';
import { type FirstVersions, isOlderThan } from '#model/derived/older-than';

/** The first release with Linux 2.6.26, which brought virtio_rng (linux: drivers/char/hw_random/Kconfig); virtio_random(4) of FreeBSD. */
const first: FirstVersions = [
  ['redhat.com/rhel/', '6'],
  ['centos.org/centos/', '6'],
  ['suse.com/sle/', '11'],
  ['suse.com/sles/', '11'],
  ['fedoraproject.org/fedora/', '10'],
  ['debian.org/debian/', '5'],
  ['ubuntu.com/ubuntu/', '8.10'],
  ['freebsd.org/freebsd/', '10.0'],
];

/** Takes a libosinfo id; gives whether it is of a system that has no driver for a virtio random number generator. */
export const lacksVirtioRng = (osId: string): boolean => lacksVirtio(osId) || isOlderThan(osId, first);
