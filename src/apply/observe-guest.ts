import type { Target } from '#apply/target';
import { Unreadable } from '#apply/unreadable';
import type { GuestHalf } from '#change/observed';
import { errorCodes } from '#formats/libvirt-rpc/error-codes';
import type { Domain } from '#formats/libvirt-rpc/objects';
import type { Connection } from '#libvirt/connection';
import { LibvirtError } from '#libvirt/libvirt-error';

/**
 * Gives the definition of a guest that is stored, secrets included, or the one that runs; undefined where there is no such guest, it has no
 * such half, or it is a tree of files without a libvirt. Rejects with Unreadable where there is none to ask, else as libvirt does.
 */
export async function observeGuest(
  { libvirt, isLive }: Pick<Target, 'libvirt' | 'isLive'>,
  guest: string,
  half: GuestHalf,
): Promise<string | undefined> {
  if (libvirt === undefined) {
    if (!isLive) return undefined;
    throw new Unreadable(
      `guest ${guest}`,
      'libvirt does not answer',
      'start libvirt, and run it as a user who may change guests: sudo nearmetal …',
    );
  }
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
