import { readStoredGuest, type StoredGuest } from '#apply/read-guest';
import type { DomainPart } from '#change/domain/domain-part';
import { editParts } from '#change/domain/edit-parts';
import { isSameDefinition } from '#change/domain/same-part';
import { domainHash } from '#formats/domain-xml/domain-hash';
import { parseXml } from '#formats/xml/parse-xml';
import { redacted } from '#formats/xml/redact-xml';
import { XmlEditError } from '#formats/xml/xml-edit';
import type { Connection } from '#libvirt/connection';

/** A definition as it was, what was made of it, and how it is taken back. */
export interface GuestBefore {
  /** The stored definition before the change, from the ledger. */
  readonly original: string;
  /** `domainHash` of what libvirt gave after the change; undefined: the run broke off before that was known. */
  readonly hash: string | undefined;
  /** What stood at the places of the change before it. */
  readonly parts: readonly DomainPart[];
}

/** What came of taking a definition back. */
export type RestoredGuest =
  /**
   * It says what it said. `isByteEqual` is false only where the original was not what libvirt makes of its own text: it puts controllers
   * that it added into another order when it first reads them again (restarting libvirtd does the same).
   */
  | { readonly is: 'whole'; readonly isByteEqual: boolean; readonly now: StoredGuest }
  /** The original was stored, and libvirt gives it back in other words: a libvirt that was upgraded meanwhile writes more. */
  | { readonly is: 'rewritten'; readonly now: StoredGuest; readonly difference: TextPair }
  /** Somebody else changed it as well: only our parts were taken back. */
  | { readonly is: 'parts'; readonly now: StoredGuest; readonly difference: TextPair };

/** Two texts that are to be shown beside each other, secrets masked. */
export interface TextPair {
  readonly original: string;
  readonly now: string;
}

/**
 * Takes the stored definition of a guest back. Where nobody else has changed it the original is stored again, and what libvirt gives then
 * is held against it; else only the parts are taken back. A running guest goes on as it is. Rejects with GuestError where the guest is
 * gone, XmlEditError where the parts have no place any more, else as libvirt does.
 */
export async function restoreGuest(connection: Connection, guest: string, before: GuestBefore): Promise<RestoredGuest> {
  const { original, hash, parts } = before;
  const there = await readStoredGuest(connection, guest);
  if (there.xml === original) return { is: 'whole', isByteEqual: true, now: there };
  const isOurs = there.hash === hash || isOnlyOurs(there.xml, before, guest);
  await define(connection, isOurs ? original : editParts(there.xml, parts, guest));
  const now = await readStoredGuest(connection, guest);
  if (now.hash === domainHash(original, guest)) return { is: 'whole', isByteEqual: now.xml === original, now };
  const difference = { original: maskedXml(original, guest), now: maskedXml(now.xml, guest) };
  return { is: isOurs ? 'rewritten' : 'parts', now, difference };
}

/**
 * Whether the definition, our parts taken back, is the original. Where it is not known what libvirt made of our text, what libvirt adds by
 * itself (a controller for a new device, addresses) does not count.
 */
function isOnlyOurs(xml: string, { original, hash, parts }: GuestBefore, guest: string): boolean {
  try {
    const bare = editParts(xml, parts, guest);
    if (domainHash(bare, guest) === domainHash(original, guest)) return true;
    return hash === undefined && isSameDefinition(bare, original);
  } catch (error) {
    if (error instanceof XmlEditError) return false;
    throw error;
  }
}

/** What libvirt once gave it takes again, whether or not its schemas know all of it. */
const define = (connection: Connection, xml: string): Promise<unknown> =>
  connection.defineDomain(xml, { validate: false });

/** The text of a definition, fit for being shown. */
export function maskedXml(xml: string, guest: string): string {
  const document = parseXml(xml, { file: guest });
  return redacted(document, document.start, document.end);
}
