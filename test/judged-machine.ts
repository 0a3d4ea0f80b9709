import { runRules } from '#check/run-rules';
import { openPlace } from '#cli/open-place';
import { collectMachine } from '#collect/machine';
import type { Machine } from '#model/machine';
import type { CheckReport } from '#report/check-report';
import { rules } from '#rules/index.gen';
import { noWishes } from '#wishes/wishes';

const at = new Date('2026-11-01T12:00:00Z');

/** Judges a machine by all rules, with no wishes, at a time that is always the same. */
export const reportOfMachine = (machine: Machine): CheckReport => ({
  version: '0.1.0',
  policy: 'current',
  machine,
  outcomes: runRules(machine, rules, noWishes, at),
  at,
  failOn: 'warning',
  exitCode: 2,
  tookMs: 400,
});

/** Reads a bundle or a folder and judges it. */
export const reportOfSource = async (path: string): Promise<CheckReport> =>
  reportOfMachine(collectMachine((await openPlace([path], {})).place));
