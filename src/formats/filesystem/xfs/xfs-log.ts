import { bytesAt } from '#formats/disk/read-bytes';
import { byteOfBlock, type XfsSuperblock } from '#formats/filesystem/xfs/xfs-superblock';
import type { ByteSource } from '#units/byte-source';

/** Basic blocks of the log, whatever the sectors are. */
const basic = 512;
const recordMark = 0xfeed_babe;
/** An operation that says “unmounted”. */
const unmountFlag = 0x20;
/** A record holds at most 256 KiB, and its head at most 8 blocks more. */
const longestRecord = 512 + 16;

/**
 * Says what has to be known of the log: whether changes stand in it that are not in their places. Undefined: the file system was unmounted.
 * Each basic block of the log begins with the number of the round in which it was written, so that its end is where the number falls
 * (linux: fs/xfs/xfs_log_recover.c, xlog_find_head and xlog_find_tail); a clean log ends with a record that holds the unmount alone.
 */
export function logRemark(source: ByteSource, superblock: XfsSuperblock): string | undefined {
  const { log, logBlocks, blockSize } = superblock;
  if (log === undefined) return 'its log is on another device: what is read may be out of date if it was not unmounted';
  const start = byteOfBlock(superblock, log, 'the log');
  const count = (logBlocks * blockSize) / basic;
  const block = (index: number) => bytesAt(source, start + index * basic, basic, 'the log');
  const round = (index: number): number => {
    const bytes = block(index);
    return bytes.readUInt32BE(0) === recordMark ? bytes.readUInt32BE(4) : bytes.readUInt32BE(0);
  };
  if (count < 2) return undefined;
  const first = round(0);
  // never written to: what mkfs leaves
  if (first === 0) return undefined;
  let [low, high] = [0, count];
  while (low + 1 < high) {
    const middle = Math.floor((low + high) / 2);
    if (round(middle) === first) low = middle;
    else high = middle;
  }
  return endsWithUnmount(block, high, count) ? undefined : dirty;
}

const dirty =
  'it was not unmounted: changes stand in its log alone, which is not read here; what is read may be out of date';

/** Looks back from the end for the last record. */
function endsWithUnmount(block: (index: number) => Uint8Array, end: number, count: number): boolean {
  for (let back = 1; back <= Math.min(longestRecord, count); back++) {
    const index = (end - back + count) % count;
    const head = block(index);
    const view = new DataView(head.buffer, head.byteOffset, head.length);
    if (view.getUint32(0) !== recordMark) continue;
    // version 2 has heads of several blocks for records over 32 KiB
    const size = view.getUint32(8) >= 2 ? view.getUint32(320) : 0;
    const heads = Math.max(1, Math.ceil(size / 32_768));
    if (view.getUint32(40) !== 1) return false;
    const operation = block((index + heads) % count);
    return ((operation[9] ?? 0) & unmountFlag) !== 0;
  }
  return false;
}
