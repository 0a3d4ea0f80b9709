import { knobSettings } from '#change/knob-settings';
import type { Conflict, Found, Practice } from '#check/conflict';
import { hugePages, ksmOn, optOut } from '#rules/conflict-practices';

const balloon: Practice = {
  is: 'a balloon that gives memory back',
  rules: ['guest-memory/balloon'],
  gains: 'memory that one guest does not use goes to another',
  asks: ({ intents }) => intents.includes('density'),
};
const neverThp: Practice = {
  is: 'transparent huge pages off on the host',
  rules: ['host-memory/thp-mode'],
  gains: 'the guide’s letter for sparse databases',
  asks: ({ finding }) => finding.wants === 'never',
};

const setsMemory = ({ finding: { fix = [] } }: Found): boolean =>
  fix.flatMap(knobSettings).some(({ knob }) => /^guest .* memory$/.test(knob));

/** Pairs of the list that concern memory: 1 to 3, 17 and 18; and rules on memory of which one does what the other asks for. */
export const conflictsOfMemory: readonly Conflict[] = [
  {
    pair: 1,
    kind: 'excludes',
    between: [hugePages, ksmOn],
    why: 'KSM merges no huge page, and what is reserved cannot be promised twice',
    by: [
      ['latency', 0],
      ['hpc', 0],
      ['database', 0],
      ['density', 1],
    ],
    otherwise: 1,
  },
  {
    pair: 1,
    kind: 'excludes',
    between: [hugePages, balloon],
    why: 'a balloon gives no huge page back',
    by: [
      ['latency', 0],
      ['hpc', 0],
      ['database', 0],
      ['density', 1],
    ],
    otherwise: 0,
  },
  {
    pair: 1,
    kind: 'excludes',
    between: [
      hugePages,
      {
        is: 'reporting free pages to the host',
        rules: ['guest-memory/free-page-reporting'],
        gains: 'the host uses at once what the guest has freed',
        asks: ({ intents, finding }) => intents.includes('density') && finding.wants === "freePageReporting='on'",
      },
    ],
    why: 'pages of a pool that are given back are taken by other guests, and the guest is killed when it wants them again',
    by: [
      ['latency', 0],
      ['hpc', 0],
      ['database', 0],
      ['density', 1],
    ],
    otherwise: 0,
  },
  {
    pair: 1,
    kind: 'excludes',
    between: [
      hugePages,
      {
        is: 'memory that KSM can merge and the host can swap',
        rules: ['guest-memory/ksm-ineligible'],
        gains: 'memory that other guests can use while this one does not',
      },
    ],
    why: 'huge pages are neither merged nor swapped',
    by: [
      ['latency', 0],
      ['hpc', 0],
      ['database', 0],
      ['density', 1],
    ],
    otherwise: 0,
  },
  {
    pair: 1,
    kind: 'covers',
    between: [hugePages, optOut],
    why: 'KSM leaves huge pages alone',
    otherwise: 0,
  },
  {
    pair: 2,
    kind: 'excludes',
    between: [hugePages, neverThp],
    why: 'without transparent huge pages a guest needs huge pages of its own first, else it has the worst of both',
    otherwise: 0,
  },
  {
    pair: 3,
    kind: 'excludes',
    between: [
      {
        is: 'madvise on the host, never in the database guest',
        rules: ['guest-boot/thp-in-database-guest'],
        gains: 'all other guests keep large pages',
      },
      neverThp,
    ],
    why: 'one switch of the host holds for all guests',
    settled:
      'host-memory/thp-mode asks for madvise where a database and other guests share the host; never only by the letter of the guide',
    otherwise: 0,
  },
  {
    pair: 17,
    kind: 'excludes',
    between: [
      {
        is: 'locked memory with a hard limit',
        rules: ['guest-memory/locked'],
        gains: 'no page of a realtime guest is ever swapped out, and a fault in QEMU cannot lock the whole host',
      },
      {
        is: 'no hard limit',
        rules: ['guest-memory/no-hard-limit'],
        gains: 'QEMU is not killed for a guess that was too low',
      },
    ],
    why: 'locked memory wants the limit that all other guests should not have',
    by: [
      ['latency', 0],
      ['density', 1],
    ],
    otherwise: 0,
  },
  {
    pair: 18,
    kind: 'excludes',
    between: [
      {
        is: 'a swappiness that spares guests',
        rules: ['host-memory/swappiness-value'],
        gains: 'guests are hardly ever swapped',
      },
      {
        is: 'swap behind what KSM saves',
        rules: ['overcommit/ksm-swap-backstop'],
        gains: 'no guest is killed when merged pages part',
        asks: () => false,
      },
    ],
    why: 'with swappiness 0 the swap behind KSM is hardly used',
    settled:
      'host-memory/swappiness-value goes by the first intent in precedence, and asks for at least 1 where KSM runs or memory is overcommitted',
    otherwise: 0,
  },
  {
    pair: 28,
    kind: 'covers',
    between: [
      { is: 'another swappiness', rules: ['host-memory/swappiness-value'], gains: '' },
      {
        is: 'keeping the swappiness that is in force',
        rules: ['host-memory/swappiness-persisted'],
        gains: '',
        asks: ({ finding }) => (finding.fix?.length ?? 0) > 0 || finding.wants?.startsWith('one place') === true,
      },
    ],
    why: 'a value that is to change is not to be kept',
    otherwise: 0,
  },
  {
    pair: 30,
    kind: 'covers',
    between: [
      { is: 'another mode of transparent huge pages', rules: ['host-memory/thp-mode'], gains: '' },
      { is: 'keeping the mode that is in force', rules: ['host-memory/thp-persisted'], gains: '' },
    ],
    why: 'a mode that is to change is not to be kept',
    otherwise: 0,
  },
  {
    pair: 31,
    kind: 'covers',
    between: [
      { is: 'less memory promised than there is', rules: ['overcommit/unswappable-memory'], gains: '' },
      { is: 'a bound on all memory promised', rules: ['overcommit/memory-total'], gains: '' },
    ],
    why: 'memory that cannot be swapped is what is promised too often',
    otherwise: 0,
  },
  {
    pair: 32,
    kind: 'covers',
    between: [
      hugePages,
      {
        is: 'memory allocated at the start, page by page',
        rules: ['guest-memory/prealloc'],
        gains: '',
        asks: ({ finding }) => finding.wants === 'allocation mode immediate',
      },
    ],
    why: 'libvirt allocates huge pages at the start anyway',
    otherwise: 0,
  },
  {
    pair: 36,
    kind: 'covers',
    between: [
      {
        is: 'options of Xen where Xen sees them',
        rules: ['xen/dom0-mem-wrong-variable'],
        gains: '',
        asks: ({ finding }) => finding.wants?.includes('dom0_mem') === true,
      },
      { is: 'another dom0_mem', rules: ['xen/dom0-mem-size', 'xen/dom0-mem-set'], gains: '' },
    ],
    why: 'what stands where Xen does not see it is moved first, and then judged',
    otherwise: 0,
  },
  {
    pair: 36,
    kind: 'covers',
    between: [
      { is: 'another size of dom0', rules: ['xen/dom0-mem-size'], gains: '' },
      { is: 'a size of dom0 with an upper bound', rules: ['xen/dom0-mem-set'], gains: '' },
    ],
    why: 'dom0_mem is set once, with its upper bound',
    otherwise: 0,
  },
  {
    pair: 38,
    kind: 'covers',
    between: [
      {
        is: 'memory in pieces that fit',
        rules: ['guest-memory/dimm-alignment', 'guest-memory/hugepages-size-fits'],
        gains: '',
        asks: setsMemory,
      },
      {
        is: 'a memory that is the sum of its cells',
        rules: ['numa/vnuma-well-formed'],
        gains: '',
        asks: setsMemory,
      },
    ],
    why: 'the memory is set once, to the sum of the pieces as they will be',
    otherwise: 0,
  },
  {
    pair: 38,
    kind: 'excludes',
    between: [
      {
        is: 'memory in whole huge pages',
        rules: ['guest-memory/hugepages-size-fits'],
        gains: 'no huge page is wasted, and the guest starts',
        asks: setsMemory,
      },
      {
        is: 'memory devices in whole blocks',
        rules: ['guest-memory/dimm-alignment'],
        gains: 'the guest uses all of the device',
        asks: setsMemory,
      },
    ],
    why: 'both set the memory of the guest: one after the other',
    otherwise: 0,
  },
];
