import type { Buffer } from 'node:buffer';
import { crc32c } from '#formats/checksum/crc32c';
import type { Content } from '#formats/inside/content';
import type { ContentProbe } from '#formats/inside/content-probe';
import { product, textAt, uuidAt } from '#formats/inside/fields';

// Documentation/filesystems/ext4/super.rst
const start = 1024;
const compatible = { journal: 0x4 };
const incompatible = { fileType: 0x2, recover: 0x4, journalDevice: 0x8, metaBlockGroups: 0x10, wide: 0x80 };
const readOnly = { checksums: 0x400 };
/** Read-only features and incompatible ones that ext2 and ext3 know. */
const oldReadOnly = 0x7;
const oldIncompatible = incompatible.fileType | incompatible.recover | incompatible.metaBlockGroups;
const testFlag = 0x4;

/** ext2, ext3, ext4 and journals of their own, by the features that are on. */
export const ext4: ContentProbe = {
  type: 'ext4',
  identify(look) {
    const block = look.at(start, 1024);
    if (block === undefined || block.readUInt16LE(56) !== 0xef53) return undefined;
    const shift = block.readUInt32LE(24);
    if (shift > 6) return undefined;
    const blockSize = 1024 << shift;
    const type = typeOf(block);
    const isWide = (block.readUInt32LE(96) & incompatible.wide) !== 0;
    const count = block.readUInt32LE(4) + (isWide ? block.readUInt32LE(0x150) * 2 ** 32 : 0);
    const free = block.readUInt32LE(12) + (isWide ? block.readUInt32LE(0x158) * 2 ** 32 : 0);
    return {
      type,
      usage: type === 'jbd' ? 'other' : 'filesystem',
      at: start,
      version: `${block.readUInt32LE(76)}.${block.readUInt16LE(62)}`,
      secondType: type === 'ext3' ? 'ext2' : undefined,
      label: textAt(block, 120, 16),
      uuid: uuidAt(block, 104),
      blockSize,
      clusterSize: blockSize,
      size: product(count, blockSize),
      free: type === 'jbd' || free > count ? undefined : product(free, blockSize),
      ...stateOf(block, count),
    };
  },
};

function typeOf(block: Buffer): string {
  const hasJournal = (block.readUInt32LE(92) & compatible.journal) !== 0;
  const incompatibles = block.readUInt32LE(96);
  const readOnlys = block.readUInt32LE(100);
  if ((incompatibles & incompatible.journalDevice) !== 0) return 'jbd';
  const isOld = (readOnlys & ~oldReadOnly) === 0 && (incompatibles & ~oldIncompatible) === 0;
  if (isOld && hasJournal) return 'ext3';
  if (isOld && (incompatibles & incompatible.recover) === 0) return 'ext2';
  return (block.readUInt32LE(0x160) & testFlag) !== 0 ? 'ext4dev' : 'ext4';
}

/** Its state as of the last write of the superblock: notes and faults. */
function stateOf(block: Buffer, count: number): Pick<Content, 'notes' | 'faults'> {
  const notes: string[] = [];
  const faults: string[] = [];
  const state = block.readUInt16LE(58);
  if ((block.readUInt32LE(96) & incompatible.recover) !== 0) notes.push('its journal is to be replayed');
  else if ((state & 1) === 0 && typeOf(block) !== 'jbd') notes.push('it was not unmounted');
  if ((state & 2) !== 0) faults.push('the kernel found errors in it');
  if (count === 0) faults.push('its superblock tells of no blocks');
  if ((block.readUInt32LE(100) & readOnly.checksums) !== 0 && block.readUInt32LE(0x3fc) !== seal(block))
    faults.push('the checksum of its superblock is wrong');
  const mounted = textAt(block, 136, 64);
  if (mounted !== undefined) notes.push(`last mounted on ${mounted}`);
  const journal = block.readUInt32LE(224) === 0 ? uuidAt(block, 208) : undefined;
  if (journal !== undefined) notes.push(`its journal is on another device, UUID ${journal}`);
  return { notes, faults };
}

/** The kernel's crc32c leaves out the last inversion. */
const seal = (block: Buffer): number => ~crc32c(block.subarray(0, 0x3fc)) >>> 0;
