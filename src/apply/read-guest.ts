import { GuestError } from '#apply/guest-error';
import { domainHash, nvramPath } from '#formats/domain-xml/domain-hash';
import { errorCodes } from '#formats/libvirt-rpc/error-codes';
import type { Domain } from '#formats/libvirt-rpc/objects';
import type { Connection } from '#libvirt/connection';
import { LibvirtError } from '#libvirt/libvirt-error';

/** The stored definition of a guest, as libvirt gives it. */
export interface StoredGuest {
  readonly domain: Domain;
  /** With its secrets: for the ledger alone. */
  readonly xml: string;
  /** `domainHash`. */
  readonly hash: string;
  /** File with its UEFI variables; undefined: it has none. */
  readonly nvram: string | undefined;
}

/** Finds a guest. Rejects with GuestError (`no-such-guest`), else as libvirt does. */
export async function findGuest(connection: Connection, name: string): Promise<Domain> {
  try {
    return await connection.domainByName(name);
  } catch (error) {
    if (!(error instanceof LibvirtError) || error.code !== errorCodes.noDomain) throw error;
    throw new GuestError('no-such-guest', `There is no guest ${name}.`, 'List them: virsh list --all.');
  }
}

/** Reads the stored definition of a guest, secrets included. Rejects with GuestError, else as libvirt does. */
export async function readStoredGuest(connection: Connection, name: string): Promise<StoredGuest> {
  const domain = await findGuest(connection, name);
  if (!(await connection.isPersistent(domain)))
    throw new GuestError(
      'not-stored',
      `${name} has no stored definition: it is gone when it stops.`,
      'Change what it is started from.',
    );
  const xml = await connection.domainXml(domain, { inactive: true, secure: true });
  return { domain, xml, hash: domainHash(xml, name), nvram: nvramPath(xml, name) };
}
