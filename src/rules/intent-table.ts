import { all, type IntentRow } from '#rules/intent-row';
import { devicesTable } from '#rules/intent-table-of-devices';

/** What flips between intents: the one table that the rules are held against, and that `nearmetal explain INTENT` prints. */
export const intentTable: readonly IntentRow[] = [
  {
    practice: 'huge pages under the guest',
    levels: { database: 'should', latency: 'must', density: 'must-not', hpc: 'must' },
    rules: ['guest-memory/hugepages-wanted'],
  },
  {
    practice: 'transparent huge pages on the host',
    levels: { ...all('should'), latency: 'must' },
    values: {
      general: 'madvise or always',
      database: 'madvise',
      latency: 'madvise, defrag madvise or defer+madvise',
      density: 'always or madvise',
      desktop: 'always or madvise',
      migratable: 'always or madvise',
      hpc: 'always or madvise',
    },
    rules: ['host-memory/thp-mode'],
  },
  {
    practice: 'KSM running',
    levels: {
      general: 'avoid',
      database: 'must-not',
      latency: 'must-not',
      density: 'must',
      desktop: 'should',
      hpc: 'must-not',
    },
    values: { general: 'where memory is overcommitted' },
    rules: ['host-memory/ksm-on-homogeneous'],
    against: ['host-memory/ksm-off-heterogeneous'],
    but: {
      'host-memory/ksm-on-homogeneous': {
        levels: { general: 'neutral' },
        why: 'with memory overcommitted it is asked for',
      },
      'host-memory/ksm-off-heterogeneous': {
        levels: { density: 'avoid', desktop: 'neutral' },
        why: 'KSM that costs more than it saves is told to desktops, too',
      },
    },
  },
  {
    practice: 'the guest kept out of KSM',
    levels: { database: 'should', latency: 'must', density: 'avoid', desktop: 'avoid', hpc: 'should' },
    rules: ['guest-memory/nosharepages-mixed'],
    against: ['guest-memory/ksm-ineligible'],
    but: {
      'guest-memory/ksm-ineligible': {
        levels: { density: 'should', desktop: 'neutral' },
        why: 'of a desktop nobody counts on what is saved',
      },
    },
  },
  {
    practice: 'KSM merging within a node only',
    levels: { database: 'must', latency: 'must', hpc: 'must' },
    rules: ['numa/ksm-merge-across-nodes'],
  },
  {
    practice: 'a balloon that is used',
    levels: { general: 'should', density: 'must', desktop: 'should', migratable: 'should' },
    values: { database: 'never inflated', latency: 'never inflated', hpc: 'never inflated' },
    rules: ['guest-memory/balloon'],
  },
  {
    practice: 'free pages reported to the host',
    levels: { density: 'should' },
    rules: ['guest-memory/free-page-reporting'],
  },
  {
    practice: 'swap on a disk',
    levels: { ...all('should'), density: 'must' },
    values: { latency: 'small', density: 'large', hpc: 'small' },
    rules: ['host-memory/swap-present'],
  },
  {
    practice: 'swappiness',
    levels: all('should'),
    values: {
      general: '10 to 60',
      database: 'at most 10',
      latency: 'at most 10',
      density: '35 to 100',
      desktop: '35 to 60',
      migratable: '10 to 60',
      hpc: 'at most 10',
    },
    rules: ['host-memory/swappiness-value'],
  },
  {
    practice: 'a swap that holds what KSM saves',
    levels: { density: 'must' },
    rules: ['overcommit/ksm-swap-backstop'],
  },
  {
    practice: 'memory promised, as a multiple of what there is',
    levels: { latency: 'must', hpc: 'must' },
    values: {
      general: '1',
      database: '1',
      latency: '0.9',
      density: '1.5 with KSM and swap',
      desktop: '1.5',
      migratable: '1',
      hpc: '0.9',
    },
    rules: ['overcommit/memory-total'],
  },
  {
    practice: 'vCPUs, as a multiple of the CPUs',
    levels: { database: 'must', latency: 'must', hpc: 'must' },
    values: {
      general: '1 to 2, by load',
      database: '1',
      latency: '1 for each core',
      density: '4',
      desktop: '4',
      migratable: '1 to 2, by load',
      hpc: '1 for each core',
    },
    rules: ['overcommit/vcpu-1x'],
  },
  {
    practice: 'vCPUs pinned',
    levels: { database: 'should', latency: 'must', density: 'must-not', migratable: 'avoid', hpc: 'must' },
    rules: ['guest-cpu/pinning-for-cpu-intensive'],
    against: ['migration/pinning-complicates'],
    but: {
      'migration/pinning-complicates': {
        levels: { database: 'neutral', latency: 'neutral', density: 'neutral', hpc: 'neutral' },
        why: 'it is asked of migratable guests only',
      },
    },
  },
  {
    practice: 'threads of QEMU pinned beside the vCPUs',
    levels: { database: 'should', latency: 'must', hpc: 'must' },
    rules: ['guest-cpu/emulatorpin', 'guest-cpu/iothreadpin', 'guest-cpu/hint-dedicated', 'guest-cpu/pinning-overlap'],
    but: {
      'guest-cpu/iothreadpin': {
        levels: { latency: 'should', hpc: 'should' },
        why: 'it matters only where disks are busy',
      },
      'guest-cpu/hint-dedicated': {
        levels: { database: 'neutral', latency: 'should', hpc: 'should' },
        why: 'it is a hint to the guest, worth it where no CPU is shared',
      },
    },
  },
  {
    practice: 'the guest on one NUMA node',
    levels: {
      general: 'should',
      database: 'must',
      latency: 'must',
      density: 'avoid',
      desktop: 'avoid',
      migratable: 'should',
      hpc: 'must',
    },
    values: { migratable: 'mode preferred' },
    rules: [
      'numa/guest-fits-one-node',
      'numa/pinning-single-node',
      'numa/strict-capacity',
      'numa/vnuma-for-large-guests',
    ],
    but: {
      'numa/pinning-single-node': {
        levels: { general: 'neutral', density: 'neutral', desktop: 'neutral', migratable: 'neutral' },
        why: 'it judges guests that are pinned already, whatever they are for',
      },
      'numa/strict-capacity': {
        levels: { general: 'neutral', density: 'neutral', desktop: 'neutral', migratable: 'neutral' },
        why: 'a node that is too small is too small for every guest bound to it',
      },
      'numa/vnuma-for-large-guests': {
        levels: {
          general: 'neutral',
          database: 'should',
          latency: 'neutral',
          density: 'neutral',
          desktop: 'neutral',
          migratable: 'neutral',
        },
        why: 'it judges guests that no node holds',
      },
    },
  },
  {
    practice: 'NUMA balancing on',
    levels: {
      general: 'should',
      latency: 'avoid',
      density: 'should',
      desktop: 'should',
      migratable: 'should',
      hpc: 'avoid',
    },
    values: { database: 'on, or off where all are bound' },
    rules: ['numa/balancing-mode'],
    but: {
      'numa/balancing-mode': {
        levels: { latency: 'should', hpc: 'should' },
        why: 'the rule asks for a value: 0 for these, 1 for the others',
      },
    },
  },
  {
    practice: 'the CPU model',
    levels: all('should'),
    values: {
      general: 'host-model',
      database: 'host-passthrough or host-model',
      latency: 'host-passthrough',
      density: 'host-model',
      desktop: 'host-model',
      migratable: 'one that all hosts can run',
      hpc: 'host-passthrough',
    },
    rules: ['guest-cpu/model-not-default', 'migration/host-passthrough'],
    but: {
      'migration/host-passthrough': {
        levels: { ...all('neutral'), migratable: 'must' },
        why: 'it is asked of migratable guests only',
      },
    },
  },
  {
    practice: 'an invariant TSC',
    levels: { database: 'should', latency: 'should', hpc: 'should' },
    values: { migratable: 'only with a fixed TSC frequency' },
    rules: ['guest-cpu/invtsc'],
  },
  ...devicesTable,
];
