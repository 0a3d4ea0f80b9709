import * as v from 'valibot';
import type { Outcome } from '#check/outcome';
import { type Severity, severities } from '#check/verdict';
import { fingerprintOf, partFingerprint } from '#report/fingerprint';

/** What is read of an earlier JSON report; the rest of it is not looked at. */
const earlierReport = v.object({
  source: v.string(),
  time: v.optional(v.string()),
  outcomes: v.array(
    v.object({
      rule: v.string(),
      outcome: v.string(),
      severity: v.string(),
      fingerprint: v.string(),
      saw: v.optional(v.string()),
      since: v.optional(v.string()),
      subject: v.object({
        host: v.optional(v.string()),
        kind: v.string(),
        name: v.string(),
        guest: v.optional(v.string()),
      }),
      parts: v.optional(v.array(v.object({ fingerprint: v.string() }))),
    }),
  ),
});

/** An earlier report, to tell what is new. */
export interface Baseline {
  readonly file: string;
  /** When it was made; where an older report does not say, when its file was written. */
  readonly time: string;
  readonly report: v.InferOutput<typeof earlierReport>;
}

/** What became of the findings of an earlier report. */
export interface SinceThen {
  readonly file: string;
  readonly time: string;
  /** Findings of now that were not there, or were less grave, or in fewer parts. */
  readonly fresh: number;
  readonly standing: number;
  /** Findings of then that are no more. */
  readonly gone: readonly { readonly rule: string; readonly subject: string; readonly saw: string }[];
  /** Findings of then whose rule or subject was not judged now, or could not be. */
  readonly notJudged: number;
}

/** Takes what stands in a file; gives the earlier report, or why it is none that can be compared. */
export function readBaseline(
  text: string,
  { file, writtenAt, host }: { readonly file: string; readonly writtenAt: string; readonly host: string | undefined },
): Baseline | { readonly fault: string; readonly doThis: string } {
  const make = 'nearmetal check --format json -o FILE makes one';
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { fault: `${file} is no JSON report`, doThis: make };
  }
  const named = v.safeParse(v.object({ schema: v.string() }), value);
  const schema = named.success ? named.output.schema : undefined;
  if (schema !== 'nearmetal.check/1') {
    const isNewer = schema?.startsWith('nearmetal.check/') === true;
    return {
      fault:
        schema === undefined
          ? `${file} is no report of nearmetal check`
          : `${file} is of schema ${schema}, not nearmetal.check/1`,
      doThis: isNewer ? 'it was made by a newer nearmetal: use that one, or make it anew' : make,
    };
  }
  const read = v.safeParse(earlierReport, value);
  if (!read.success) {
    const [issue] = read.issues;
    return { fault: `${file} is no whole report: ${v.getDotPath(issue) ?? 'it'} is not as it should be`, doThis: make };
  }
  const hosts = new Set(read.output.outcomes.map(({ subject }) => subject.host));
  if (hosts.size > 0 && !hosts.has(host)) {
    const then = [...hosts].find(id => id !== undefined);
    return {
      fault: `${file} is a report of ${then === undefined ? 'XML files' : `another host, ${then}`} (${read.output.source}); this ${host === undefined ? 'is XML without its host' : `host is ${host}`}`,
      doThis: 'compare with an earlier report of the same host',
    };
  }
  return { file, time: read.output.time ?? writtenAt, report: read.output };
}

/**
 * Marks the findings that stood in an earlier report already with the time since when, and tells what became of the others. A finding
 * that is graver than it was, or has a part that it had not, is new; one that was waived then is new as well.
 */
export function compareWithBaseline(
  outcomes: readonly Outcome[],
  { file, time, report }: Baseline,
  wasJudged: (
    rule: string,
    subject: { readonly kind: string; readonly name: string; readonly guest?: string | undefined },
  ) => boolean,
): { readonly outcomes: readonly Outcome[]; readonly sinceThen: SinceThen } {
  const then = new Map(report.outcomes.filter(({ outcome }) => outcome === 'bad').map(one => [one.fingerprint, one]));
  const marked = outcomes.map(outcome => {
    if (outcome.outcome !== 'bad') return outcome;
    const before = then.get(fingerprintOf(outcome));
    if (before === undefined || rank(outcome.severity) < rank(before.severity)) return outcome;
    const parts = new Set(before.parts?.map(({ fingerprint }) => fingerprint));
    const isGrown =
      outcome.finding.parts?.some(part => part.waiver === undefined && !parts.has(partFingerprint(outcome, part))) ===
      true;
    // an earlier finding without parts says nothing of them
    return isGrown && parts.size > 0 ? outcome : { ...outcome, since: before.since ?? time };
  });
  const now = new Map(marked.map(outcome => [fingerprintOf(outcome), outcome.outcome]));
  const past = [...then.values()].filter(({ fingerprint }) => now.get(fingerprint) !== 'bad');
  const isOver = ({ fingerprint, rule, subject }: (typeof past)[number]): boolean => {
    const state = now.get(fingerprint);
    return state === undefined ? wasJudged(rule, subject) : state !== 'unknown' && state !== 'crashed';
  };
  const gone = past.filter(isOver);
  const bads = marked.flatMap(one => (one.outcome === 'bad' ? [one] : []));
  return {
    outcomes: marked,
    sinceThen: {
      file,
      time,
      fresh: bads.filter(({ since }) => since === undefined).length,
      standing: bads.filter(({ since }) => since !== undefined).length,
      gone: gone.map(({ rule, subject, saw }) => ({
        rule,
        subject: subject.guest === undefined ? subject.name : `${subject.guest} ${subject.name}`,
        saw: saw ?? '',
      })),
      notJudged: past.length - gone.length,
    },
  };
}

const rank = (severity: string): number => {
  const at = severities.findIndex((one: Severity) => one === severity);
  return at < 0 ? severities.length : at;
};

/** What is new and what is over since an earlier report, in words. */
export function sinceWords({ file, time, fresh, standing, gone, notJudged }: SinceThen): string {
  const words = [`${fresh} new`, `${standing} ${standing === 1 ? 'stands' : 'stand'}`, `${gone.length} gone`];
  if (notJudged > 0) words.push(`${notJudged} not judged this time`);
  return `since ${time.slice(0, 10)} (${file}): ${words.join(' · ')}`;
}
