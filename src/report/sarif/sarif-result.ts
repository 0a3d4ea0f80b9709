import type { Location, Result } from 'sarif';
import type { Subject } from '#check/outcome';
import type { Evidence } from '#model/known';
import type { CheckReport } from '#report/check-report';
import { fingerprintOf, partFingerprint } from '#report/fingerprint';
import { alikeOf, type FoundOrWaived } from '#report/fold';
import { sarifMessage } from '#report/sarif/sarif-message';
import { logicalLocations, type SarifPlaces } from '#report/sarif/sarif-places';
import { sarifLevels } from '#report/sarif/sarif-rule';
import { tellFinding, toldItems, whoAndWhat } from '#report/told-finding';

/** Places of one result; a finding with more of them names the first. */
const mostPlaces = 100;

/** Gives a finding as a SARIF result. A waived one is suppressed, which viewers leave out and still count. */
export function sarifResult(found: FoundOrWaived, ruleIndex: number, places: SarifPlaces, report: CheckReport): Result {
  const parts = found.finding.parts ?? [];
  const locations = locationsOf(found, places);
  const [first, ...others] = locations;
  const fingerprints = parts.map(part => partFingerprint(found, part));
  return {
    ruleId: found.rule.id,
    ruleIndex,
    kind: 'fail',
    level: sarifLevels[found.severity],
    message: messageOf(found),
    locations: [{ ...first, logicalLocations: logicalLocations(found, report) }, ...others],
    ...relatedOf(found, places, locations),
    partialFingerprints: { 'nearmetal/v1': fingerprintOf(found) },
    ...(report.sinceThen === undefined
      ? {}
      : { baselineState: found.outcome === 'bad' && found.since !== undefined ? 'unchanged' : 'new' }),
    ...(found.outcome === 'waived' ? { suppressions: [suppressionOf(found)] } : {}),
    properties: {
      severity: found.severity,
      intents: [...found.intents],
      alike: alikeOf(found),
      ...(fingerprints.length === 0 ? {} : { partFingerprints: fingerprints }),
    },
  };
}

/** Where it occurs: at each part, which all have to be changed; else at the evidence that shows most; else in the file of the subject. */
function locationsOf(found: FoundOrWaived, places: SarifPlaces): readonly Location[] {
  const { finding, evidence, subject } = found;
  const parts = (finding.parts ?? []).slice(0, mostPlaces).flatMap(part => {
    const [at] = filesOf(part.evidence ?? [], subject, places);
    return at === undefined ? [] : [{ ...at.location, message: sarifMessage(part.saw) }];
  });
  if (parts.length > 0) return parts;
  const files = filesOf(evidence, subject, places);
  const own = (files.find(({ item }) => item.place !== undefined) ?? files[0])?.location ?? places.ofSubject(subject);
  return own === undefined ? [] : [own];
}

/** The rest of the evidence that stands in files. */
function relatedOf(
  found: FoundOrWaived,
  places: SarifPlaces,
  shown: readonly Location[],
): Pick<Result, 'relatedLocations'> {
  const keyOf = ({ physicalLocation }: Location): string => JSON.stringify(physicalLocation);
  const seen = new Set(shown.map(keyOf));
  const related: Location[] = [];
  for (const { item, location } of filesOf(found.evidence, found.subject, places)) {
    const key = keyOf(location);
    if (seen.has(key)) continue;
    seen.add(key);
    related.push({ id: related.length + 1, ...location, message: sarifMessage(item.from) });
  }
  return related.length === 0 ? {} : { relatedLocations: related };
}

/** Evidence that stands in files. Files of the host without a line say where a fault of the host is, not where one of a guest is. */
const filesOf = (
  evidence: readonly Evidence[],
  { kind }: Subject,
  places: SarifPlaces,
): readonly { readonly item: Evidence; readonly location: Location }[] =>
  evidence.slice(0, mostPlaces).flatMap(item => {
    const location = item.place !== undefined || kind === 'host' ? places.ofEvidence(item) : undefined;
    return location === undefined ? [] : [{ item, location }];
  });

/** The finding in a few lines. */
function messageOf(found: FoundOrWaived): Result['message'] {
  const told = tellFinding([found]);
  // what was found and the rule stand in fields of their own
  const items = toldItems(told).filter(([name]) => name !== 'finds' && name !== 'rule');
  const lines = [whoAndWhat(told), ...items.flatMap(([name, texts]) => texts.map(text => `${name}: ${text}`))];
  return sarifMessage(...lines);
}

function suppressionOf({
  waiver,
}: Extract<FoundOrWaived, { readonly outcome: 'waived' }>): NonNullable<Result['suppressions']>[number] {
  return {
    kind: 'external',
    status: 'accepted',
    justification: sarifMessage(`${waiver.reason} (${waiver.owner}, until ${waiver.until})`).text,
  };
}
