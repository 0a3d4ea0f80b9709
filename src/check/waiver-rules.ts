import { defineRule } from '#check/define-rule';
import { bad, good, type Verdict } from '#check/verdict';
import type { WaiverUse } from '#check/waiver-use';
import { known } from '#model/known';

const sources = [{ grade: 'specified', at: 'nearmetal: docs/configuration.md, Waivers' }] as const;

/** Judges whether a waiver is in date. One that has expired hides nothing any more. */
export function judgeInDate({ isExpired, waives, waiver }: WaiverUse): Verdict {
  if (!isExpired) return good;
  return bad(`this waiver expired on ${waiver.until}`, {
    severity: waives > 0 ? 'warning' : 'hint',
    wants: 'a date to come, set by its owner after another look',
    so:
      waives > 0
        ? `${waives === 1 ? 'the finding that it hid counts' : `the ${waives} findings that it hid count`} again`
        : 'there is nothing left that it would hide',
    otherwise:
      waives > 0
        ? `ask ${waiver.owner}: put right what it hides, or decide anew and set another date`
        : 'take it out of the file',
  });
}

/** Judges whether a waiver still hides anything. */
export function judgeNeeded({ isExpired, waives }: WaiverUse): Verdict {
  if (isExpired || waives > 0) return good;
  return bad('this waiver matches nothing any more', {
    so: 'when the fault comes back, nobody is told',
    otherwise: 'take it out of the file; where the file serves several hosts, say with host: for which it is',
  });
}

/** The rules about waivers themselves. Their subjects come from settings, not from the machine, so they are judged when waivers are applied. */
export const waiverInDate = defineRule({
  id: 'waivers/in-date',
  subject: 'waiver',
  guide: [],
  beyond: 'a decision to live with a fault is looked at again when its time is over',
  severity: 'warning',
  says: 'The waiver is in date.',
  because: 'Whoever waived the finding meant it to be looked at again on that day.',
  sources,
  intents: {},
  params: {},
  costs: [],
  needs: { use: ({ waiver }) => known(waiver) },
  check: ({ use }) => judgeInDate(use),
  examples: [],
});

/** See `waiverInDate`. */
export const waiverNeeded = defineRule({
  id: 'waivers/needed',
  subject: 'waiver',
  guide: [],
  beyond: 'waivers of faults that are mended pile up, and hide the fault when it comes back',
  severity: 'hint',
  says: 'The waiver is needed.',
  because: 'A waiver that matches nothing hides the fault when it comes back.',
  sources,
  intents: {},
  params: {},
  costs: [],
  needs: { use: ({ waiver }) => known(waiver) },
  check: ({ use }) => judgeNeeded(use),
  examples: [],
});

/** All of them, for `explain`. */
export const waiverRules = [waiverInDate, waiverNeeded] as const;
