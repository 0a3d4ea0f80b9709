import type { Conflict, Practice } from '#check/conflict';
import { hugePages, ksmOn, optOut } from '#rules/conflict-practices';

const ksmOff: Practice = {
  is: 'KSM off for the whole host',
  rules: ['host-memory/ksm-off-heterogeneous'],
  gains: 'no CPU time for ksmd, and no write that waits for a copy',
};
const ksmTuning: Practice = {
  is: 'tuning KSM while it runs',
  rules: [
    'host-memory/ksm-sleep',
    'host-memory/ksm-pages-to-scan',
    'host-memory/ksm-scan-time',
    'host-memory/ksm-effective',
    'host-memory/ksm-service-consistent',
    'numa/ksm-merge-across-nodes',
  ],
  gains: 'KSM that runs as well as it can',
};

/** Pairs of the list that concern KSM: 4 to 6; and rules on KSM of which one leaves the other nothing to do. */
export const conflictsOfKsm: readonly Conflict[] = [
  {
    pair: 4,
    kind: 'joins',
    between: [
      {
        is: 'a scan of all memory within the hour',
        rules: ['host-memory/ksm-scan-time'],
        gains: 'equal pages are found while they are equal',
      },
      {
        is: 'ksmd that sleeps long and looks at few pages',
        rules: ['host-memory/ksm-sleep', 'host-memory/ksm-pages-to-scan'],
        gains: 'less CPU time for ksmd',
      },
    ],
    why: 'how long ksmd sleeps and how many pages it looks at make up one speed',
    otherwise: 0,
  },
  {
    pair: 5,
    kind: 'covers',
    between: [
      ksmOn,
      {
        is: 'merging within a node only',
        rules: ['numa/ksm-merge-across-nodes'],
        gains: 'memory bound to a node is not read from another',
      },
    ],
    why: 'KSM is started with merge_across_nodes 0 where a guest is bound to a node',
    settled: 'merge_across_nodes is judged only while KSM runs',
    otherwise: 0,
  },
  {
    pair: 6,
    kind: 'excludes',
    between: [
      { ...optOut, is: 'keeping single guests out of KSM', rules: [...optOut.rules, ...hugePages.rules] },
      // KSM that does not pay at all is another matter
      { ...ksmOff, asks: ({ finding }) => finding.guests !== undefined },
    ],
    why: 'a guest that opts out of KSM needs no host without it',
    by: [
      ['density', 0],
      ['desktop', 0],
      ['latency', 1],
      ['hpc', 1],
      ['database', 1],
    ],
    asked: 'host',
    otherwise: 1,
  },
  {
    pair: 27,
    kind: 'covers',
    between: [ksmOff, optOut],
    why: 'nothing is merged any more',
    otherwise: 0,
  },
  {
    pair: 27,
    kind: 'covers',
    between: [ksmOff, ksmTuning],
    why: 'what does not run needs no tuning',
    otherwise: 0,
  },
  {
    pair: 27,
    kind: 'covers',
    between: [ksmOn, ksmTuning],
    why: 'KSM is started in the same step',
    otherwise: 0,
  },
];
