import { createHash } from 'node:crypto';
import type { Outcome } from '#check/outcome';

/**
 * Gives the stable name of an outcome: of the rule, the host's id, the subject's kind and uuid (name where there is none), the guest it belongs to,
 * and the keys of its parts; never of a value found, so that it stays the same while the finding does.
 */
export function fingerprintOf(outcome: Outcome): string {
  const { rule, subject } = outcome;
  const parts =
    outcome.outcome === 'bad' || outcome.outcome === 'waived'
      ? (outcome.finding.parts ?? []).map(part => part.key).sort()
      : [];
  const stable = [
    rule.id,
    subject.host ?? '',
    subject.kind,
    subject.uuid ?? subject.name,
    subject.guestUuid ?? subject.guest ?? '',
    ...parts,
  ];
  return createHash('sha256').update(stable.join('\u0000')).digest('hex').slice(0, 32);
}
