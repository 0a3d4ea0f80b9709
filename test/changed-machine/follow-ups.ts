/** A finding that is new after a fix and is none of its faults, and why. */
export interface FollowUp {
  /** The rule that was followed. */
  readonly following: string;
  /** The rule that has a finding then. */
  readonly rule: string;
  readonly why: string;
}

/**
 * What is bad only since something else is good, beside the pairs that `rules/conflicts.ts` names: advice about what was not there before,
 * which a person decides or the next plan takes up. None of them is graver than an info.
 */
export const followUps: readonly FollowUp[] = [
  ...['guest-cpu/emulatorpin', 'guest-memory/nosharepages-mixed', 'numa/pinning-single-node'].map(following => ({
    following,
    rule: 'libvirt-hygiene/intent-said',
    why: 'with this it is set up as a guest for latency is, and nobody said that it is one',
  })),
  {
    following: 'guest-cpu/pinning-valid',
    rule: 'guest-cpu/pinning-overlap',
    why: 'of its CPUs one is left, which makes it a pinned vCPU that others may disturb',
  },
  {
    following: 'numa/pinning-single-node',
    rule: 'numa/balancing-mode',
    why: 'once all guests are bound the kernel has no memory left to move',
  },
  {
    following: 'host-memory/hugepages-cmdline-order',
    rule: 'host-memory/hugepages-idle-pool',
    why: 'the command line reserves what it was meant to, for guests that were not captured',
  },
  {
    following: 'host-memory/gigantic-pages',
    rule: 'libvirt-hygiene/kernel-cmdline-applied',
    why: 'the words are for the next boot, and until then it tells that they wait',
  },
  {
    following: 'host-memory/hugepages-pool-sized',
    rule: 'host-memory/hugepages-idle-pool',
    why: 'what is idle is told once nothing is short: pages on another node than the guest’s, or of another program',
  },
  {
    following: 'host-memory/ksm-on-homogeneous',
    rule: 'host-memory/ksm-scan-time',
    why: 'how fast ksmd scans is judged by what it scans, once it runs',
  },
  {
    following: 'libvirt-hygiene/kvm-acceleration',
    rule: 'numa/guest-fits-one-node',
    why: 'where it runs best is judged of guests that KVM runs',
  },
];
