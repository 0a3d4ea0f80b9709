import { mountOf } from '#model/derived/mount-of';
import type { Disk } from '#model/domain-devices';
import type { Guest } from '#model/guest';
import { chainKnown, type Known, known } from '#model/known';
import type { FstabEntry, Mount } from '#model/mount';

/** A mounted NFS export that holds disks of guests. */
export interface GuestNfsMount {
  readonly mount: Mount;
  /** Guests whose disks lie on it. */
  readonly guests: readonly string[];
  readonly disks: readonly Disk[];
}

/** Whether a file system is NFS of any version. */
export const isNfs = ({ type }: Mount): boolean => type === 'nfs' || type === 'nfs4';

/** Gives the NFS mounts that hold disks of guests, running or not; none where nothing is mounted by NFS, whatever the guests are. */
export const guestNfsMounts = (
  mounts: Known<readonly Mount[]>,
  guests: Known<readonly Guest[]>,
): Known<readonly GuestNfsMount[]> =>
  chainKnown(mounts, all => {
    if (!all.some(isNfs)) return known([]);
    return chainKnown(guests, found => diskMounts(found, all));
  });

function diskMounts(guests: readonly Guest[], mounts: readonly Mount[]): Known<readonly GuestNfsMount[]> {
  const found = new Map<Mount, { guests: Set<string>; disks: Disk[] }>();
  for (const { name, config } of guests) {
    if (config.disks.state === 'unknown') return config.disks;
    for (const disk of config.disks.state === 'known' ? config.disks.value : []) {
      const mount = disk.type === 'file' && disk.source !== undefined ? mountOf(disk.source, mounts) : undefined;
      if (mount === undefined || !isNfs(mount)) continue;
      const held = found.get(mount) ?? { guests: new Set<string>(), disks: [] };
      held.guests.add(name);
      held.disks.push(disk);
      found.set(mount, held);
    }
  }
  return known([...found].map(([mount, held]) => ({ mount, guests: [...held.guests], disks: held.disks })));
}

/** The words of a mount table that say how a file system is mounted, as evidence. */
export const mountEvidence = ({ source, target, type, options }: Mount): { from: string; value: string } => ({
  from: '/proc/self/mounts',
  value: `${source} ${target} ${type} ${[...options].map(([name, value]) => (value === true ? name : `${name}=${value}`)).join(',')}`,
});

/** The mount options that /etc/fstab gives for a mount point; undefined where it has no line for it, or several, of which nobody knows which one is meant. */
export function mountEntryOptions(
  fstab: readonly FstabEntry[] | undefined,
  target: string,
): readonly string[] | undefined {
  const [entry, ...more] = (fstab ?? []).filter(({ fields }) => fields[1] === target);
  return more.length > 0 ? undefined : entry?.fields[3]?.split(',');
}
