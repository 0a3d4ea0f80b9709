import { chainStretches } from '#formats/disk/chain-map';
import type { ImageChain } from '#formats/disk/image-chain';
import { virtualDisk } from '#formats/disk/virtual-disk';
import { describeDisk } from '#formats/inside/describe-disk';
import { type DiskUse, diskUse } from '#formats/inside/disk-use';
import { growthSteps } from '#formats/inside/growth-steps';

/** What a disk holds, as far as another size is concerned. */
export interface DiskContent {
  /** What ends after the new size; of what nobody knows, the first byte there that is not zero. */
  readonly lost: readonly DiskUse[];
  /** Whether anything on it is known. */
  readonly isKnown: boolean;
  /** The copy of GPT's table stands at the end of the disk. */
  readonly hasGpt: boolean;
  /** What the guest is to do once it is larger. */
  readonly steps: readonly string[] | undefined;
}

const piece = 1024 * 1024;

/** Looks at what a guest has on a disk that is to get another size, in bytes. Throws ImageFault where it cannot be read. */
export function contentFor(chain: ImageChain, size: number, device: string): DiskContent {
  const disk = virtualDisk(chain);
  const [place] = describeDisk(disk).disks;
  const uses = place && diskUse(place);
  const unknown = uses === undefined && size < disk.size ? firstUsed(chain, size) : undefined;
  return {
    lost:
      uses?.filter(({ end }) => end > size) ??
      (unknown === undefined ? [] : [{ what: `something unknown at byte ${unknown}`, end: disk.size }]),
    isKnown: uses !== undefined,
    hasGpt: place?.table?.type === 'gpt',
    steps: place && growthSteps(place, device),
  };
}

/** The first byte from `from` on that is not zero, to a MiB; undefined: all is zero. */
function firstUsed(chain: ImageChain, from: number): number | undefined {
  const disk = virtualDisk(chain);
  const zeroes = Buffer.alloc(piece);
  const bytes = Buffer.alloc(piece);
  for (const { entry } of chainStretches(chain)) {
    const end = entry.start + entry.length;
    if (end <= from || !entry.data || entry.zero) continue;
    for (let at = Math.max(from, entry.start); at < end; at += piece) {
      const count = disk.readInto(bytes.subarray(0, Math.min(piece, end - at)), at);
      if (bytes.compare(zeroes, 0, count, 0, count) !== 0) return at;
    }
  }
  return undefined;
}
