import { GuestError } from '#apply/guest-error';
import { readStoredGuest, type StoredGuest } from '#apply/read-guest';
import type { DomainPart } from '#change/domain/domain-part';
import { editParts } from '#change/domain/edit-parts';
import { parseXml } from '#formats/xml/parse-xml';
import type { SchemaFault, SchemaValidator } from '#formats/xml/schema-validator';
import type { Connection } from '#libvirt/connection';

/** A guest whose stored definition was changed. */
export interface DefinedGuest {
  /** As it was; equal to what was there when the edit was made. */
  readonly before: StoredGuest;
  /** As libvirt gives it now. */
  readonly after: StoredGuest;
}

/** How a definition is made. */
export interface DefineGuestOptions {
  /** Judges the definition by the host's schemas before libvirt sees it; see `openHostSchemas`. */
  readonly validator?: SchemaValidator | undefined;
  /** Called with what is there, before it is changed; what it throws stops all. */
  readonly keep?: ((before: StoredGuest) => void) | undefined;
}

/**
 * Brings parts into the stored definition of a guest: reads it with its secrets, edits the text, holds it against the host's schemas, has
 * libvirt validate and store it, and reads it back. A running guest goes on as it is. Rejects with GuestError or XmlEditError, before
 * anything is stored; else as libvirt does.
 */
export async function defineGuest(
  connection: Connection,
  guest: string,
  parts: readonly DomainPart[],
  { validator, keep }: DefineGuestOptions = {},
): Promise<DefinedGuest> {
  const before = await readStoredGuest(connection, guest);
  keep?.(before);
  const xml = editParts(before.xml, parts, guest);
  if (xml === before.xml) return { before, after: before };
  const wasFaulty = faultsOf(validator, before.xml, guest).length > 0;
  const faults = wasFaulty ? [] : faultsOf(validator, xml, guest);
  if (faults.length > 0) {
    const told = faults.map(({ line, message }) => `line ${line}: ${message}`).slice(0, 3);
    throw new GuestError(
      'invalid',
      `The definition of ${guest} would not be valid by this host's schemas: ${told.join('; ')}.`,
      'Nothing was changed. The release of libvirt may be too old for this setting.',
    );
  }
  // a text that libvirt itself gave may be refused by its own schemas: there are such
  await connection.defineDomain(xml, { validate: !wasFaulty });
  return { before, after: await readStoredGuest(connection, guest) };
}

/** In which ways a text departs from the schemas of the host; none where there are none. */
const faultsOf = (validator: SchemaValidator | undefined, xml: string, guest: string): readonly SchemaFault[] =>
  validator?.validate(parseXml(xml, { file: guest })) ?? [];
