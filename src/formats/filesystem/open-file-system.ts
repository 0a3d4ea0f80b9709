import type { BrowsedFileSystem } from '#formats/filesystem/browsed-file-system';
import { isBtrfs } from '#formats/filesystem/btrfs/btrfs-superblock';
import { openBtrfs } from '#formats/filesystem/btrfs/open-btrfs';
import { isExt4 } from '#formats/filesystem/ext4/ext4-superblock';
import { openExt4 } from '#formats/filesystem/ext4/open-ext4';
import { isFat, openFat } from '#formats/filesystem/fat/open-fat';
import { openXfs } from '#formats/filesystem/xfs/open-xfs';
import { isXfs } from '#formats/filesystem/xfs/xfs-superblock';
import type { ByteSource } from '#units/byte-source';

/** Opens the file system that begins where the source begins; undefined where there is none that can be browsed. Throws ImageFault for one that is damaged. */
export function openFileSystem(source: ByteSource): BrowsedFileSystem | undefined {
  if (isXfs(source)) return openXfs(source);
  if (isExt4(source)) return openExt4(source);
  if (isBtrfs(source)) return openBtrfs(source);
  if (isFat(source)) return openFat(source);
  return undefined;
}
