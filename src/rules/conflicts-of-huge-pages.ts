import type { Conflict } from '#check/conflict';

/** Pools of huge pages: what shrinks them, keeps them, and the words that reserve them at boot. */
export const conflictsOfHugePages: readonly Conflict[] = [
  {
    pair: 29,
    kind: 'covers',
    between: [
      {
        is: 'smaller pools of huge pages',
        rules: ['host-memory/hugepages-idle-pool', 'host-memory/hugepages-starving-host'],
        gains: '',
      },
      { is: 'keeping the pools that there are', rules: ['host-memory/hugepages-persisted'], gains: '' },
    ],
    why: 'a pool that is to shrink is not to be kept',
    otherwise: 0,
  },
  {
    pair: 29,
    kind: 'covers',
    between: [
      { is: 'a pool that leaves the host enough', rules: ['host-memory/hugepages-starving-host'], gains: '' },
      { is: 'a pool without idle pages', rules: ['host-memory/hugepages-idle-pool'], gains: '' },
    ],
    why: 'the pool is made smaller once',
    otherwise: 0,
  },
  {
    pair: 29,
    kind: 'covers',
    between: [
      {
        is: 'smaller pools of huge pages',
        rules: ['host-memory/hugepages-idle-pool', 'host-memory/hugepages-starving-host'],
        gains: '',
      },
      { is: 'as many gigantic pages as the command line asks for', rules: ['host-memory/gigantic-pages'], gains: '' },
    ],
    why: 'a pool that is to shrink is not to be filled',
    otherwise: 0,
  },
  {
    pair: 29,
    kind: 'covers',
    between: [
      {
        is: 'other words about huge pages on the kernel command line',
        rules: [
          'host-memory/hugepages-pool-sized',
          'host-memory/hugepages-idle-pool',
          'host-memory/hugepages-starving-host',
          'host-memory/gigantic-pages',
        ],
        gains: '',
        asks: ({ finding }) => finding.fix?.some(({ kind }) => kind === 'kernel-command-line') === true,
      },
      { is: 'the same words in another order', rules: ['host-memory/hugepages-cmdline-order'], gains: '' },
    ],
    why: 'the words about huge pages are written anew, in the right order',
    otherwise: 0,
  },
  {
    pair: 29,
    kind: 'covers',
    between: [
      {
        is: 'the pages that the kernel command line was meant to reserve',
        rules: ['host-memory/hugepages-cmdline-order'],
        gains: '',
        asks: ({ finding }) => finding.fix?.some(({ kind }) => kind === 'kernel-command-line') === true,
      },
      {
        is: 'a pool without idle pages',
        rules: ['host-memory/hugepages-idle-pool'],
        gains: '',
        asks: ({ finding }) => finding.fix?.some(({ kind }) => kind === 'kernel-command-line') !== true,
      },
    ],
    why: 'whoever wrote the words meant pages for something: whether they are idle is judged once they are reserved',
    otherwise: 0,
  },
];
