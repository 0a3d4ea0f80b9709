import { type FirstVersions, isOlderThan } from '#model/derived/older-than';

/** The first release with Linux 4.2, which brought virtio-gpu (linux: drivers/gpu/drm/virtio), or with that driver in an older kernel. */
const first: FirstVersions = [
  ['redhat.com/rhel/', '7.3'],
  ['centos.org/centos/', '7.3'],
  ['suse.com/sle/', '12.2'],
  ['suse.com/sles/', '12.2'],
  ['opensuse.org/opensuse/', '42.2'],
  ['fedoraproject.org/fedora/', '23'],
  ['debian.org/debian/', '9'],
  ['ubuntu.com/ubuntu/', '15.10'],
];

/** Takes a libosinfo id; gives whether it is of a Linux that has no driver for a virtio graphics card: there it is a plain VGA screen. */
export const lacksVirtioGpu = (osId: string): boolean => isOlderThan(osId, first);
