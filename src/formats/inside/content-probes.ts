import { bcachefs } from '#formats/filesystem/bcachefs';
import { befs } from '#formats/filesystem/befs';
import { btrfs } from '#formats/filesystem/btrfs';
import { gfs2, ocfs2, scoutfs, vmfs, vmfsMember } from '#formats/filesystem/cluster-probes';
import { exfat } from '#formats/filesystem/exfat';
import { ext4 } from '#formats/filesystem/ext4/identify';
import { f2fs } from '#formats/filesystem/f2fs';
import { fat } from '#formats/filesystem/fat';
import { hfs, hfsPlus } from '#formats/filesystem/hfs';
import { iso9660 } from '#formats/filesystem/iso9660';
import { cramfs, erofs, jfs, nilfs2, reiser4, reiserfs, romfs, squashfs } from '#formats/filesystem/linux-probes';
import { ntfs } from '#formats/filesystem/ntfs/identify';
import { minix, nss, ufs, vxfs } from '#formats/filesystem/old-unix-probes';
import { suspended, swap } from '#formats/filesystem/swap';
import { udf } from '#formats/filesystem/udf';
import { xfs } from '#formats/filesystem/xfs/identify';
import type { ContentProbe } from '#formats/inside/content-probe';
import { type Signature, signatureProbe } from '#formats/inside/signature-probe';
import { ddf, highpoint, isw, jmicron, lsi, nvidia, promise, silicon, via } from '#formats/volume/firmware-raid-probes';
import { bcache, bitLocker, drbd, drbdManage, integrity, snapshotCow, ubi, verity } from '#formats/volume/layer-probes';
import { luks } from '#formats/volume/luks/luks-probe';
import { lvm2 } from '#formats/volume/lvm/pv-label';
import { md } from '#formats/volume/md/md-probe';
import { zfs } from '#formats/volume/zfs-probe';

/** Kinds of which a mark, a UUID and a label are all that is read. */
const marks: readonly Signature[] = [
  { type: 'vdo', usage: 'other', mark: [0, 'dmvdo001'], uuid: 40 },
  { type: 'stratis', usage: 'other', start: 512, mark: [4, '!Stra0tis\x86\xff\x02^Arh'] },
  { type: 'ceph_bluestore', usage: 'other', mark: [0, 'bluestore block device'] },
  { type: 'refs', usage: 'filesystem', mark: [0, '\0\0\0ReFS\0'] },
  { type: 'hpfs', usage: 'filesystem', start: 8192, mark: [0, '\x49\xe8\x95\xf9'] },
  { type: 'oracleasm', usage: 'filesystem', mark: [32, 'ORCLDISK'], label: [40, 24] },
  { type: 'bfs', usage: 'filesystem', mark: [0, '\xce\xfa\xad\x1b'] },
  { type: 'mpool', usage: 'filesystem', mark: [0, 'mpoolDev'], label: [8, 32], uuid: 40 },
  { type: 'apfs', usage: 'filesystem', mark: [32, 'NXSB'], uuid: 72 },
];

/**
 * All that is recognised, in the order in which it is looked for: what lies below others first, since what shines through from above would be
 * taken for the whole.
 */
export const contentProbes: readonly ContentProbe[] = [
  md,
  ddf,
  isw,
  lsi,
  via,
  silicon,
  nvidia,
  promise,
  highpoint,
  jmicron,
  bcache,
  bcachefs,
  drbd,
  drbdManage,
  lvm2,
  snapshotCow,
  verity,
  integrity,
  luks,
  vmfsMember,
  ubi,
  bitLocker,
  ...marks.map(signatureProbe),
  fat,
  suspended,
  swap,
  xfs,
  ext4,
  reiserfs,
  reiser4,
  jfs,
  udf,
  iso9660,
  zfs,
  hfsPlus,
  hfs,
  ufs,
  ntfs,
  cramfs,
  romfs,
  scoutfs,
  minix,
  gfs2,
  ocfs2,
  vxfs,
  squashfs,
  nss,
  btrfs,
  vmfs,
  befs,
  nilfs2,
  exfat,
  f2fs,
  erofs,
];
