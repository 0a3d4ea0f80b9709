import type { Conflict } from '#check/conflict';

/** Pairs of the list that concern devices and the guest as a whole: 10, 20 to 22, 26. */
export const conflictsOfDevices: readonly Conflict[] = [
  {
    pair: 10,
    kind: 'excludes',
    between: [
      {
        is: 'devices of the host in the guest',
        rules: ['guest-devices/passthrough-count', 'guest-devices/passthrough-exclusive'],
        gains: 'I/O without QEMU between',
        asks: () => false,
      },
      {
        is: 'a guest that can move, be ballooned and be saved',
        rules: ['migration/passthrough-blocks'],
        gains: 'migration, snapshots, memory given back',
      },
    ],
    why: 'a device of the host stays on it, and pins the memory of the guest',
    by: [
      ['migratable', 1],
      ['latency', 0],
      ['hpc', 0],
    ],
    settled: 'no rule asks for a device of the host; migration/passthrough-blocks speaks for migratable guests',
    otherwise: 0,
  },
  {
    pair: 20,
    kind: 'excludes',
    between: [
      {
        is: 'a guest without devices that it does not use',
        rules: ['guest-devices/unneeded'],
        gains: 'less to emulate, to poll and to attack',
        asks: ({ finding }) => finding.parts?.some(({ key }) => key === 'memballoon') === true,
      },
      {
        is: 'a balloon for a crowded host',
        rules: ['guest-memory/balloon', 'guest-memory/free-page-reporting'],
        gains: 'memory that one guest does not use goes to another',
        asks: ({ intents }) => intents.includes('density'),
      },
    ],
    why: 'a guest either has a balloon or has none',
    by: [
      ['latency', 0],
      ['hpc', 0],
      ['density', 1],
    ],
    otherwise: 1,
  },
  {
    pair: 20,
    kind: 'excludes',
    between: [
      {
        is: 'no screen',
        rules: ['guest-devices/video-model'],
        gains: 'nothing is drawn that nobody looks at',
        asks: ({ finding }) => finding.wants?.startsWith('no graphics') === true,
      },
      {
        is: 'a screen with a tablet',
        rules: ['guest-devices/vnc-keymap'],
        gains: 'a pointer that stays where the hand is',
        asks: ({ severity }) => severity !== 'error',
      },
    ],
    why: 'a guest either has a screen or has none',
    by: [
      ['desktop', 1],
      ['latency', 0],
      ['hpc', 0],
    ],
    otherwise: 1,
  },
  {
    pair: 20,
    kind: 'excludes',
    between: [
      {
        is: 'a screen that does not keep the guest from starting',
        rules: ['guest-devices/vnc-keymap'],
        gains: 'the guest starts',
        asks: ({ severity }) => severity === 'error',
      },
      {
        is: 'no screen',
        rules: ['guest-devices/video-model'],
        gains: 'nothing is drawn that nobody looks at',
        asks: ({ finding }) => finding.wants?.startsWith('no graphics') === true,
      },
    ],
    why: 'what keeps the guest from starting goes first',
    otherwise: 0,
  },
  {
    pair: 21,
    kind: 'excludes',
    between: [
      {
        is: 'qemu-system-x86_64 for KVM',
        rules: ['libvirt-hygiene/emulator-kvm-x86-64'],
        gains: 'the emulator that KVM is built and tested with',
      },
      { is: 'qemu-system-i386 for Xen', rules: ['xen/emulator-i386'], gains: 'the emulator that Xen ships' },
    ],
    why: 'a guest has one emulator',
    settled: 'the one is judged for guests of type kvm, the other for those of type xen',
    otherwise: 0,
  },
  {
    pair: 22,
    kind: 'joins',
    between: [
      {
        is: 'a source of random numbers',
        rules: ['guest-devices/rng-present'],
        gains: 'keys that are random from the first boot',
      },
      {
        is: 'a source that neither blocks nor takes a CPU',
        rules: ['guest-devices/rng-backend'],
        gains: 'guests do not wait for one another at boot',
        asks: () => false,
      },
    ],
    why: 'by the guide’s /dev/random guests block one another on Linux before 5.6',
    settled:
      'guest-devices/rng-present adds /dev/urandom with a rate where the kernel is old or the host dense; guest-devices/rng-backend judges only what is there',
    otherwise: 0,
  },
  {
    pair: 26,
    kind: 'covers',
    between: [
      { is: 'one balloon', rules: ['guest-devices/single-balloon'], gains: '' },
      {
        is: 'another balloon',
        rules: ['guest-memory/balloon'],
        gains: '',
        asks: ({ finding }) => finding.wants === 'memballoon virtio',
      },
    ],
    why: 'a balloon of qemu:commandline and one of libvirt do not start together',
    otherwise: 0,
  },
  {
    pair: 26,
    kind: 'precedes',
    between: [
      {
        is: 'a definition without arguments of QEMU',
        rules: [
          'libvirt-hygiene/no-qemu-commandline',
          'guest-cpu/no-cpu-commandline',
          'libvirt-hygiene/native-argv-current',
        ],
        gains: '',
      },
      {
        is: 'other changes of the definition',
        rules: [
          'guest-cpu/model-not-default',
          'guest-cpu/model-usable',
          'guest-cpu/topology-similar',
          'guest-memory/balloon',
          'guest-memory/hugepages-wanted',
          'guest-memory/prealloc',
          'guest-devices/rng-present',
          'guest-devices/video-model',
          'guest-devices/guest-agent',
          'guest-disk/virtio-bus',
          'guest-disk/cache-mode',
          'guest-disk/iothread',
          'guest-net/virtio-model',
          'guest-boot/machine-type-current',
        ],
        gains: '',
      },
    ],
    why: 'an argument that stays beside the element for it is a second device, or wins over it',
    otherwise: 0,
  },
];
