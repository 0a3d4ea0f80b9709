import { createHash } from 'node:crypto';
import type { Outcome, Subject } from '#check/outcome';
import type { Part } from '#check/verdict';
import { valueIfKnown } from '#model/known';

/**
 * Gives the stable name of an outcome: of the rule, the host's id, the subject's kind and uuid (name where there is none) and the guest
 * it belongs to; never of a value found, a line or a part, so that it stays while the finding does, and grows or shrinks.
 */
export const fingerprintOf = ({ rule, subject }: Pick<Outcome, 'rule' | 'subject'>): string =>
  hash(rule.id, ...identityOf(subject));

/** Gives the stable name of one part of a finding, of its key. Of a finding of which a part is new, the part tells so. */
export const partFingerprint = (
  { rule, subject }: Pick<Outcome, 'rule' | 'subject'>,
  { key }: Pick<Part, 'key'>,
): string => hash(rule.id, ...identityOf(subject), 'part', key);

/** Gives the key of findings that are nearly the same, of what they have in common. */
export const alikeKey = (...words: readonly string[]): string => hash('alike', ...words).slice(0, 16);

function identityOf({ kind, host: hostId, uuid, name, guest, guestUuid, twin }: Subject): readonly string[] {
  const host = hostId && valueIfKnown(hostId);
  // a host keeps its id when it is renamed
  const own = kind === 'host' && host !== undefined ? '' : (uuid?.toLowerCase() ?? name);
  return [host ?? '', kind, own, guestUuid?.toLowerCase() ?? guest ?? '', twin ?? ''];
}

/** JSON keeps the words apart, whatever is in them. */
const hash = (...words: readonly string[]): string =>
  createHash('sha256').update(JSON.stringify(words)).digest('hex').slice(0, 32);
