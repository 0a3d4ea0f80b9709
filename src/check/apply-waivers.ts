import type { Outcome, Subject } from '#check/outcome';
import type { Part } from '#check/verdict';
import type { Waiver } from '#check/waiver';
import { judgeInDate, judgeNeeded, waiverInDate, waiverNeeded } from '#check/waiver-rules';
import type { WaiverUse } from '#check/waiver-use';
import { valueIfKnown } from '#model/known';
import type { Machine } from '#model/machine';
import { isExpired, isNamed, type WaiverEntry, waiverName } from '#wishes/waiver-entry';

/** What was judged, so that “matches nothing” can be told from “was not looked at”. */
export interface Judged {
  readonly machine: Machine;
  /** Ids of the rules that ran. */
  readonly rules: ReadonlySet<string>;
  /** Whether all guests were judged, not only those that were named. */
  readonly isEveryGuest: boolean;
}

type Bad = Extract<Outcome, { readonly outcome: 'bad' }>;

/**
 * Takes outcomes and waivers; gives the outcomes with those findings waived that a waiver in date covers, then what is to be said of the
 * waivers themselves: expired, or matching nothing any more. Only findings are waived: what was not judged, or crashed, stays so. A
 * finding of which only some parts are waived stays a finding, with those parts marked.
 */
export function applyWaivers(
  outcomes: readonly Outcome[],
  waivers: readonly WaiverEntry[],
  judged: Judged,
  now: Date,
): readonly Outcome[] {
  if (waivers.length === 0) return outcomes;
  const host = { id: valueIfKnown(judged.machine.host.id), name: valueIfKnown(judged.machine.host.name) };
  const here = waivers.filter(({ hosts }) => isNamed(hosts, [host.id, host.name]));
  const uses = new Map(here.map(waiver => [waiver, { waiver, isExpired: isExpired(waiver, now), waives: 0 }]));
  const byRule = new Map<string, WaiverEntry[]>();
  for (const waiver of here) for (const id of waiver.rules) byRule.set(id, [...(byRule.get(id) ?? []), waiver]);
  const applied = outcomes.map(outcome => {
    if (outcome.outcome !== 'bad') return outcome;
    const covering = (byRule.get(outcome.rule.id) ?? []).filter(
      waiver => isAbout(waiver, outcome.subject) && coveredParts(waiver, outcome) !== 'none',
    );
    for (const waiver of covering) {
      const use = uses.get(waiver);
      if (use !== undefined) use.waives++;
    }
    return waive(
      outcome,
      covering.filter(waiver => uses.get(waiver)?.isExpired === false),
    );
  });
  const said = [...uses.values()].flatMap(use => {
    const outcome = use.waives > 0 || isUnused(use.waiver, outcomes, judged) ? tell(use, judged.machine) : undefined;
    return outcome === undefined ? [] : [outcome];
  });
  return [...applied, ...said];
}

function isAbout(waiver: WaiverEntry, subject: Subject): boolean {
  const guest = subject.kind === 'guest' ? [subject.name, subject.uuid] : [subject.guest, subject.guestUuid];
  return isNamed(waiver.guests, guest) && isNamed(waiver.subjects, [subject.name, subject.uuid]);
}

function coveredParts({ parts: patterns }: WaiverEntry, { finding }: Bad): 'all' | 'none' | readonly Part[] {
  if (patterns.length === 0) return 'all';
  const parts = finding.parts ?? [];
  const covered = parts.filter(({ key }) => isNamed(patterns, [key]));
  return covered.length === 0 ? 'none' : covered;
}

function waive(outcome: Bad, waivers: readonly WaiverEntry[]): Outcome {
  const whole = waivers.find(waiver => coveredParts(waiver, outcome) === 'all');
  if (whole !== undefined) return { ...outcome, outcome: 'waived', waiver: waiverOf(whole) };
  const parts = (outcome.finding.parts ?? []).map(part => {
    const by = waivers.find(waiver => isNamed(waiver.parts, [part.key]));
    return by === undefined
      ? part
      : { ...part, saw: `${part.saw} (waived by ${by.owner} until ${by.until})`, waiver: waiverOf(by) };
  });
  const [first] = waivers;
  if (first === undefined) return outcome;
  return parts.every(part => part.waiver !== undefined)
    ? { ...outcome, outcome: 'waived', waiver: waiverOf(first) }
    : { ...outcome, finding: { ...outcome.finding, parts } };
}

const waiverOf = ({ owner, reason, until }: WaiverEntry): Waiver => ({ owner, reason, until });

/** Whether all was looked at that a waiver could hide: only then can it be said that it matches nothing. */
function isUnused(
  waiver: WaiverEntry,
  outcomes: readonly Outcome[],
  { machine, rules, isEveryGuest }: Judged,
): boolean {
  if (!isEveryGuest || [...waiver.rules].some(id => !rules.has(id))) return false;
  if (machine.guests.state === 'unknown') return false;
  const isLone = machine.extent === 'documents';
  const about = outcomes.filter(({ rule, subject }) => waiver.rules.has(rule.id) && isAbout(waiver, subject));
  // of lone documents the host is not judged, and other guests stand in other files
  if (isLone && about.length === 0) return false;
  return about.every(({ outcome }) => outcome !== 'unknown' && outcome !== 'crashed');
}

function tell(use: WaiverUse, machine: Machine): Outcome | undefined {
  const { waiver } = use;
  for (const [rule, verdict] of [
    [waiverInDate, judgeInDate(use)],
    [waiverNeeded, judgeNeeded(use)],
  ] as const) {
    if (verdict.verdict !== 'bad') continue;
    const { place } = waiver;
    return {
      rule,
      subject: {
        kind: 'waiver',
        name: waiverName(waiver),
        host: machine.host.id,
        source: place.file,
      },
      intents: [],
      outcome: 'bad',
      severity: verdict.severity ?? rule.severity,
      finding: verdict,
      evidence: [
        {
          from: place.file,
          value: `waiver by ${waiver.owner} until ${waiver.until}: ${waiver.reason}`,
          place,
        },
      ],
    };
  }
  return undefined;
}
