/** What a verdict needs beside the XML of guests. */
export type Lacks = 'host facts' | 'image facts' | 'a running guest' | 'facts from inside';

/** Rules about guests, disks and interfaces that have no row in the table: what they judge does not stand in the XML. Their examples plant it. */
export const notPlanted: Readonly<Record<string, readonly [lacks: Lacks, why: string]>> = {
  'guest-cpu/right-size': ['a running guest', 'its load is seen over days'],
  'guest-cpu/security-features': ['host facts', 'what the host could give it the host tells'],
  'guest-devices/pcie-hotplug-ports': ['host facts', 'libvirt adds the ports when the guest is defined'],
  'guest-devices/virtio-options-valid': ['host facts', 'which options there are the installed QEMU tells'],
  'guest-disk/pr-managed': ['host facts', 'whether the helper is there stands on the host'],
  'numa/cpuset-conflict': ['a running guest', 'it compares what the kernel does with what is defined'],
  'numa/memory-locality': ['a running guest', 'where its memory is the kernel tells'],
  'image/backing-chain-intact': ['image facts', 'whether the layers are there stands on the host'],
  'image/backing-path-moved': ['image facts', 'whether the base lies where the image says stands on the host'],
  'image/backing-not-modified': ['image facts', 'what an image stands on stands in the image'],
  'guest-boot/linux-guest-minimal': ['facts from inside', 'its targets and timers stand in its own files'],
  'guest-boot/thp-in-database-guest': ['facts from inside', 'the mode is the guest kernel’s'],
  'guest-boot/windows-guest-minimal': ['facts from inside', 'services and drivers stand in its registry'],
  'guest-devices/rng-guest-active': ['facts from inside', 'which generator is in use is the guest kernel’s affair'],
  'guest-devices/virtio-driver-bound': ['facts from inside', 'drivers are bound in the guest'],
  'guest-disk/scheduler-in-guest': ['facts from inside', 'the scheduler is the guest kernel’s'],
  'image/backing-format-recorded': ['image facts', 'the format of the layer below stands in the image'],
  'image/lvm-vg-collision': ['facts from inside', 'volume groups stand on the disks of guest and host'],
  'image/qcow2-cluster-size': ['image facts', 'the cluster size stands in the image'],
  'image/qcow2-dirty': ['image facts', 'the marks stand in the image'],
  'image/qcow2-l2-cache': ['image facts', 'the cache follows from the size of the image'],
  'image/qcow2-lazy-refcounts': ['image facts', 'the reference counts are a feature of the image'],
  'image/qcow2-legacy-aes': ['image facts', 'that an image is not encrypted stands in the image'],
  'image/qcow2-preallocation': ['image facts', 'how much is allocated stands in the file'],
  'image/snapshot-and-fs-hygiene': ['image facts', 'the snapshots stand in the image'],
  'libvirt-hygiene/intent-said': ['facts from inside', 'whether it is one depends on what was said beside the XML'],
  'libvirt-hygiene/config-drift': ['a running guest', 'it compares what runs with what is stored'],
};
