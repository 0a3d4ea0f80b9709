import { ImageFault } from '#formats/disk/image-fault';
import type { ByteSource } from '#units/byte-source';

/** Where a run of blocks of a file stands. */
export interface BlockRun {
  /** Byte of the file system; undefined: a hole, which reads as zeroes. */
  readonly at: number | undefined;
  /** Blocks, from the one that was asked for on. At least 1. */
  readonly count: number;
}

/** Gives the run that begins at a block of a file. */
export type BlockMap = (block: number) => BlockRun;

/** Fills a target with bytes of a file of `size` bytes whose blocks `map` finds; gives how many. Throws ImageFault where they stand outside of the source. */
export function readMapped(
  source: ByteSource,
  map: BlockMap,
  blockSize: number,
  size: number,
  target: Uint8Array,
  at: number,
): number {
  const length = Math.max(0, Math.min(target.length, size - at));
  let done = 0;
  while (done < length) {
    const here = at + done;
    const block = Math.floor(here / blockSize);
    const skip = here - block * blockSize;
    const run = map(block);
    if (run.count < 1) throw new ImageFault('malformed', 'a run of no blocks', run.at);
    const count = Math.min(length - done, run.count * blockSize - skip);
    const piece = target.subarray(done, done + count);
    if (run.at === undefined) piece.fill(0);
    else if (run.at + skip + count > source.size || source.readInto(piece, run.at + skip) < count)
      throw new ImageFault('cut-short', 'a file goes on behind the end of its file system', run.at + skip);
    done += count;
  }
  return length;
}

/** Gives the runs of a file's blocks from the first on, up to `end`, holes left out, at most `most` of them: a folder of a damaged file system ends too. */
export function* runsOf(
  map: BlockMap,
  end: number,
  most: number,
): Generator<{ block: number; at: number; count: number }> {
  let looks = 0;
  for (let block = 0; block < end; ) {
    if (++looks > most) throw new ImageFault('malformed', `a folder is in more than ${most} pieces`);
    const { at, count } = map(block);
    if (count < 1) throw new ImageFault('malformed', 'a run of no blocks', at);
    if (at !== undefined) yield { block, at, count: Math.min(count, end - block) };
    block += count;
  }
}
