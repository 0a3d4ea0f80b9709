import { bytesIn, countIn, type StatsAnswer, statsCall } from '#collect/guest/guest-stats';
import { maskSource } from '#formats/secrets/mask-source';
import type { Disk } from '#model/domain-devices';
import type { Image } from '#model/image';
import { type Known, known, unknown } from '#model/known';

/** More disks and layers than any guest has. */
const mostBlocks = 65_536;

/** Bulk statistics of a guest's disks: `block.N` by the target of the disk, the topmost layer first. */
export interface BlockStats {
  readonly stats: StatsAnswer;
  readonly byTarget: ReadonlyMap<string, readonly number[]>;
}

/** Sorts the blocks of statistics by the disks that they belong to. */
export function blockStats(stats: StatsAnswer): BlockStats {
  const byTarget = new Map<string, number[]>();
  const count = Math.min(mostBlocks, countIn(stats, 'block.count') ?? 0);
  for (let at = 0; at < count; at++) {
    const name = stats[`block.${at}.name`];
    if (typeof name !== 'string') continue;
    const same = byTarget.get(name);
    if (same === undefined) byTarget.set(name, [at]);
    else same.push(at);
  }
  return { stats, byTarget };
}

/**
 * Gives what bulk statistics tell of the image of a disk and the layers below it (`block.N.*`, in bytes). Of a running guest QEMU tells
 * the room that a file takes as `physical`; of one that is off libvirt tells it as `allocation`. A block device takes its whole room
 * whatever is written, so nothing is said there.
 */
export function imageOfStats(disk: Disk, blocks: BlockStats | undefined, isRunning: boolean): Known<Image> {
  const nothing = unknown(`libvirt gave no statistics of the disk ${disk.target}`);
  if (blocks === undefined) return nothing;
  const { stats, byTarget } = blocks;
  const room = isRunning ? 'physical' : 'allocation';
  const layers = (byTarget.get(disk.target) ?? []).map((at, depth) => {
    const path = stats[`block.${at}.path`];
    const said = depth === 0 ? disk.source : disk.backing[depth - 1]?.source;
    return {
      ...unreadImage(typeof path === 'string' ? maskSource(path) : (said ?? disk.target)),
      virtualSize: bytesIn(stats, `block.${at}.capacity`),
      allocated: disk.type === 'block' ? undefined : bytesIn(stats, `block.${at}.${room}`),
    };
  });
  const [top, ...below] = layers;
  if (top === undefined || (top.virtualSize === undefined && top.allocated === undefined)) return nothing;
  const value = layers
    .map(layer => `${layer.path} capacity=${layer.virtualSize} ${room}=${layer.allocated}`)
    .join(', ');
  // a single entry says nothing of what is below: older libvirt tells of the topmost image only
  return known({ ...top, backing: below.length > 0 ? below : undefined }, { from: `${statsCall}, block`, value });
}

/** An image of which only the path is known. */
export const unreadImage = (path: string): Image => ({
  path,
  format: undefined,
  virtualSize: undefined,
  allocated: undefined,
  clusterSize: undefined,
  isEncrypted: undefined,
  encryption: undefined,
  isDirty: undefined,
  isCorrupt: undefined,
  compatibility: undefined,
  lazyRefcounts: undefined,
  extendedL2: undefined,
  compression: undefined,
  snapshots: undefined,
  backing: undefined,
  backingPath: undefined,
  backingFormat: undefined,
});
