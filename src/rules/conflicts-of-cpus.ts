import type { Conflict, Practice } from '#check/conflict';

const pins: Practice = {
  is: 'vCPUs pinned to CPUs',
  rules: ['guest-cpu/pinning-for-cpu-intensive'],
  gains: 'warm caches, and no neighbour on its CPUs',
};
const helperPins: Practice = {
  is: 'threads of QEMU pinned beside the vCPUs',
  rules: ['guest-cpu/emulatorpin', 'guest-cpu/iothreadpin', 'guest-cpu/hint-dedicated'],
  gains: 'vCPUs are not interrupted by threads of their own QEMU',
};
const freeToMove: Practice = {
  is: 'no pins, so that the guest can move',
  rules: ['migration/pinning-complicates'],
  gains: 'the guest arrives on any host',
};
const oneNode: Practice = {
  is: 'the guest on one NUMA node',
  rules: ['numa/guest-fits-one-node', 'numa/pinning-single-node'],
  gains: 'no memory behind the link between nodes',
};
const balancing: Practice = {
  is: 'NUMA balancing on',
  rules: ['numa/balancing-mode'],
  gains: 'memory of floating guests follows them',
  asks: ({ finding }) =>
    finding.fix?.some(({ on, after }) => on.includes('numa_balancing') && Number(after) % 2 === 1) === true,
};
const steadyFirst = [
  ['latency', 0],
  ['hpc', 0],
  ['database', 0],
  ['migratable', 1],
] as const;

/** Pairs of the list that concern CPUs and NUMA: 8, 9, 19, 25. */
export const conflictsOfCpus: readonly Conflict[] = [
  {
    pair: 8,
    kind: 'excludes',
    between: [pins, freeToMove],
    why: 'pins name CPUs of this host',
    by: steadyFirst,
    otherwise: 1,
  },
  {
    pair: 8,
    kind: 'excludes',
    between: [helperPins, freeToMove],
    why: 'pins name CPUs of this host',
    by: steadyFirst,
    otherwise: 1,
  },
  {
    pair: 8,
    kind: 'excludes',
    between: [pins, balancing],
    why: 'what is pinned stays where it is, and scanning it is for nothing',
    by: [
      ['latency', 0],
      ['hpc', 0],
      ['database', 0],
    ],
    otherwise: 1,
  },
  {
    pair: 8,
    kind: 'excludes',
    between: [
      pins,
      {
        is: 'more vCPUs than CPUs',
        rules: ['overcommit/vcpu-1x', 'overcommit/vcpu-8x', 'overcommit/vcpu-load'],
        gains: 'more guests on the host',
        asks: () => false,
      },
    ],
    why: 'pinned vCPUs of two guests share a CPU as soon as there are more of them than CPUs',
    settled: 'guest-cpu/pinning-for-cpu-intensive asks for no pins while more vCPUs run than there are CPUs',
    otherwise: 0,
  },
  {
    pair: 8,
    kind: 'excludes',
    between: [
      pins,
      {
        is: 'vCPUs that are plugged later',
        rules: ['guest-cpu/vcpu-hotplug'],
        gains: 'a guest grows while it runs',
        asks: () => false,
      },
    ],
    why: 'a vCPU that is plugged has no pin of its own',
    settled: 'guest-cpu/vcpu-hotplug asks for pins of all vCPUs that may be plugged',
    otherwise: 0,
  },
  {
    pair: 9,
    kind: 'excludes',
    between: [
      {
        is: 'a CPU model that other hosts have',
        rules: ['migration/host-passthrough', 'migration/cpu-baseline'],
        gains: 'the guest moves to hosts with another CPU',
      },
      {
        is: 'the CPU of this host passed through',
        rules: ['guest-cpu/model-not-default', 'guest-cpu/invtsc'],
        gains: 'all that this CPU can do',
      },
    ],
    why: 'a guest does not survive the move to a host that lacks what its CPU had',
    by: [
      ['migratable', 0],
      ['latency', 1],
      ['hpc', 1],
      ['database', 1],
    ],
    otherwise: 1,
  },
  {
    pair: 19,
    kind: 'excludes',
    between: [
      {
        is: 'a machine type that all hosts offer',
        rules: ['guest-boot/machine-type-windows-snapshot'],
        gains: 'the guest moves to hosts with an older QEMU, and Windows stays activated',
      },
      {
        is: 'the newest machine type',
        rules: ['guest-boot/machine-type-current'],
        gains: 'devices as QEMU builds them today',
      },
    ],
    why: 'an older QEMU does not know the newer machine type',
    by: [['migratable', 0]],
    settled:
      'guest-boot/machine-type-current is neutral for migratable guests, and warns of activation where the guest is Windows',
    otherwise: 1,
  },
  {
    pair: 25,
    kind: 'excludes',
    between: [
      pins,
      {
        is: 'guests kept off the isolated CPUs',
        rules: ['host-cpu/isolation-consistent'],
        gains: 'isolated CPUs are left to those that are pinned there',
        asks: ({ finding }) => (finding.fix?.length ?? 0) > 0,
      },
    ],
    why: 'a guest is either pinned to isolated CPUs one by one, or floats over the others',
    by: [
      ['latency', 0],
      ['hpc', 0],
      ['database', 0],
    ],
    otherwise: 1,
  },
  {
    pair: 33,
    kind: 'covers',
    between: [pins, oneNode],
    why: 'the guest is placed once, its vCPUs and its memory together',
    otherwise: 0,
  },
  {
    pair: 33,
    kind: 'covers',
    between: [
      { is: 'a guest of several NUMA cells', rules: ['numa/vnuma-for-large-guests'], gains: '' },
      { is: 'pins to the CPUs of one node', rules: ['guest-cpu/pinning-for-cpu-intensive'], gains: '' },
    ],
    why: 'the guest is placed once, cell by cell',
    otherwise: 0,
  },
  {
    pair: 34,
    kind: 'covers',
    between: [
      {
        is: 'fewer vCPUs',
        rules: ['guest-cpu/vcpus-exceed-host', 'guest-cpu/single-threaded'],
        gains: '',
      },
      { is: 'another shape of the vCPUs', rules: ['guest-cpu/topology-similar', 'guest-cpu/vcpu-hotplug'], gains: '' },
    ],
    why: 'the shape follows the number',
    otherwise: 0,
  },
  {
    pair: 34,
    kind: 'covers',
    between: [
      { is: 'no more vCPUs than the host has CPUs', rules: ['guest-cpu/vcpus-exceed-host'], gains: '' },
      { is: 'one vCPU for one thread of work', rules: ['guest-cpu/single-threaded'], gains: '' },
    ],
    why: 'the number of vCPUs is set once',
    otherwise: 1,
  },
];
