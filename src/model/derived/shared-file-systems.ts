import { mountOf } from '#model/derived/mount-of';
import type { Disk } from '#model/domain-devices';
import type { Mount } from '#model/mount';

/** File systems that several hosts see; libvirt: src/util/virfile.c, virFileIsSharedFS. */
const shared =
  /^(?:nfs4?|smb3|smbfs|cifs|afs|ceph|gfs2|ocfs2|gpfs|lustre|glusterfs|fuse\.(?:glusterfs|ceph|quobyte|mfs)|beegfs|acfs)$/;

/** The file system of a disk that is a file, and whether other hosts see it, too; undefined for a disk that is no file or where no mount holds it. */
export function fileSystemOf(
  disk: Disk,
  mounts: readonly Mount[],
): { readonly type: string; readonly target: string; readonly isShared: boolean } | undefined {
  if (disk.type !== 'file' || disk.source?.startsWith('/') !== true) return undefined;
  const mount = mountOf(disk.source, mounts);
  return mount && { type: mount.type, target: mount.target, isShared: shared.test(mount.type) };
}
