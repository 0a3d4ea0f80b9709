import type { Outcome } from '#check/outcome';
import type { Evidence } from '#model/known';
import { type CheckReport, countOutcomes } from '#report/check-report';
import type { CheckDocument } from '#report/check-schema';
import { fingerprintOf, partFingerprint } from '#report/fingerprint';
import { alikeOf, type FoundOrWaived } from '#report/fold';
import { placeOf } from '#report/where';

type OutcomeJson = CheckDocument['outcomes'][number];
type Location = NonNullable<OutcomeJson['location']>;

/** A sum over a thousand guests stands on as many pieces of evidence, for each of them. */
const mostEvidence = 100;

/** Gives the report as the JSON document of `check-schema`; one document, whatever was found. */
export function checkJson(report: CheckReport): CheckDocument {
  return {
    schema: 'nearmetal.check/1',
    tool: { name: 'nearmetal', version: report.version },
    policy: report.policy,
    source: report.machine.source,
    time: report.at.toISOString(),
    ...(report.settings === undefined || report.settings.length === 0 ? {} : { settings: [...report.settings] }),
    outcomes: report.outcomes.map(outcomeJson),
    ...(report.sinceThen === undefined
      ? {}
      : { sinceThen: { ...report.sinceThen, gone: report.sinceThen.gone.map(one => ({ ...one })) } }),
    notes: [...report.machine.notes],
    problems: (report.problems ?? []).map(({ message, doThis }) =>
      doThis === undefined ? { message } : { message, doThis },
    ),
    summary: countOutcomes(report.outcomes),
  };
}

function outcomeJson(outcome: Outcome): OutcomeJson {
  const { rule, subject } = outcome;
  const json: OutcomeJson = {
    rule: rule.id,
    sections: [...rule.guide],
    subject: {
      ...(subject.host?.state === 'known' ? { host: subject.host.value } : {}),
      kind: subject.kind,
      name: subject.name,
      ...(subject.uuid === undefined ? {} : { uuid: subject.uuid }),
      ...(subject.guest === undefined ? {} : { guest: subject.guest }),
      source: subject.source,
    },
    outcome: outcome.outcome,
    severity: outcome.outcome === 'bad' || outcome.outcome === 'waived' ? outcome.severity : rule.severity,
    says: rule.says,
    because: rule.because,
    evidence:
      'evidence' in outcome ? outcome.evidence.slice(0, mostEvidence).map(({ from, value }) => ({ from, value })) : [],
    costs: [...rule.costs],
    intent: [...outcome.intents],
    fingerprint: fingerprintOf(outcome),
  };
  if (rule.departs !== undefined) {
    json.departs = rule.departs.map(({ guideSays, truth, source, errata }) => ({
      guideSays,
      truth,
      source,
      ...(errata === undefined ? {} : { errata: [...errata] }),
    }));
  }
  if (outcome.decided !== undefined)
    json.decided = { intent: outcome.decided.intent, losers: outcome.decided.losers.map(loser => ({ ...loser })) };
  switch (outcome.outcome) {
    case 'good':
      break;
    case 'unknown':
      if (outcome.remedy !== undefined) json.remedy = outcome.remedy;
      json.reason = outcome.reason;
      break;
    case 'not-applicable':
      json.reason = outcome.reason;
      break;
    case 'crashed':
      json.reason = `the rule failed: ${outcome.error.message}`;
      break;
    case 'waived':
      json.waiver = { ...outcome.waiver };
      addFinding(json, outcome);
      break;
    case 'bad':
      if (outcome.tradeOffs !== undefined)
        json.tradeOffs = outcome.tradeOffs.map(one => ({ ...one, rules: [...one.rules] }));
      if (outcome.after !== undefined) json.after = outcome.after.map(one => ({ ...one }));
      addFinding(json, outcome);
  }
  return json;
}

function addFinding(json: OutcomeJson, outcome: FoundOrWaived): void {
  const { finding } = outcome;
  if (outcome.outcome === 'bad' && outcome.since !== undefined) json.since = outcome.since;
  json.saw = finding.saw;
  json.alike = alikeOf(outcome);
  if (finding.guests !== undefined) json.guests = [...finding.guests];
  if (finding.wants !== undefined) json.wants = finding.wants;
  if (finding.so !== undefined) json.so = finding.so;
  if (finding.otherwise !== undefined) json.otherwise = finding.otherwise;
  if (finding.onlyAsked !== undefined) json.onlyAsked = finding.onlyAsked;
  if (finding.wish !== undefined) json.wish = { kind: finding.wish.kind, detail: { ...finding.wish.detail } };
  if (finding.fix !== undefined) json.fix = finding.fix.map(change => ({ ...change }));
  const location = locationOf(outcome.evidence);
  if (location !== undefined) json.location = location;
  if (finding.parts !== undefined) {
    json.parts = finding.parts.map(part => {
      const at = locationOf(part.evidence ?? []);
      const told = {
        key: part.key,
        saw: part.saw,
        fingerprint: partFingerprint(outcome, part),
        ...(part.waiver === undefined ? {} : { waiver: { ...part.waiver } }),
      };
      return at === undefined ? told : { ...told, location: at };
    });
  }
}

function locationOf(evidence: readonly Evidence[]): Location | undefined {
  const place = placeOf(evidence);
  return place === undefined ? undefined : { file: place.file, line: place.line, column: place.column };
}
