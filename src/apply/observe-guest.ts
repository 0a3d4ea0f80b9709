import type { Target } from '#apply/target';
import type { GuestHalf } from '#change/observed';
import { errorCodes } from '#formats/libvirt-rpc/error-codes';
import type { Domain } from '#formats/libvirt-rpc/objects';
import type { Connection } from '#libvirt/connection';
import { LibvirtError } from '#libvirt/libvirt-error';

/**
 * Gives the definition of a guest that is stored, secrets included, or the one that runs; undefined where there is no such guest, it has no
 * such half, or there is no libvirt to ask.
 */
export async function observeGuest(
  { libvirt }: Pick<Target, 'libvirt'>,
  guest: string,
  half: GuestHalf,
): Promise<string | undefined> {
  if (libvirt === undefined) return undefined;
  const domain = await findGuest(libvirt, guest);
  if (domain === undefined) return undefined;
  if (half === 'stored') {
    if (!(await libvirt.isPersistent(domain))) return undefined;
    return libvirt.domainXml(domain, { inactive: true, secure: true });
  }
  return (await libvirt.isActive(domain)) ? libvirt.domainXml(domain) : undefined;
}

/** Gives a guest by name; undefined where there is none. */
async function findGuest(connection: Connection, name: string): Promise<Domain | undefined> {
  try {
    return await connection.domainByName(name);
  } catch (error) {
    if (error instanceof LibvirtError && error.code === errorCodes.noDomain) return undefined;
    throw error;
  }
}
