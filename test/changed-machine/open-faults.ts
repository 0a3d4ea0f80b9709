/** A fault that is known and not mended: the test fails once it is gone, so that it is taken out here. */
export interface OpenFault {
  /** How the fault begins: the rule and the example. */
  readonly at: string;
  readonly why: string;
}

/** What is still wrong with fixes, or with the machine in memory that tries them. */
export const openFaults: readonly OpenFault[] = [
  {
    at: 'guest-boot/graceful-shutdown on “guest-boot/graceful-shutdown: off”: guest-boot/graceful-shutdown not taken back',
    why: 'a unit that ran without being enabled does not run after it was taken back and the machine booted',
  },
  {
    at: 'host-memory/hugetlbfs-mounted on “host-memory/hugetlbfs-mounted: not mounted”: host-memory/hugetlbfs-mounted not taken back',
    why: 'the mount unit taken away is still mounted in memory; whether on a machine as well was not tried',
  },
  {
    at: 'host-services/minimal-host on “host-services/minimal-host: a desktop and printing”: host-services/minimal-host not taken back',
    why: 'a link of the example that cannot be read counts as another one',
  },
  {
    at: 'xen/dom0-mem-set on “xen/dom0-mem-set: not set, not SUSE”: xen/dom0-mem-set still bad',
    why: 'the words of Xen’s own variable do not reach the hypervisor that boots in memory',
  },
  {
    at: 'xen/dom0-mem-size on “xen/dom0-mem-size: 1 GiB of 32 GiB”: xen/dom0-mem-size still bad',
    why: 'as for xen/dom0-mem-set',
  },
];
