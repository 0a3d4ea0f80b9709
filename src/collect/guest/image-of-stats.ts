import { bytesIn, countIn, type StatsAnswer, statsCall } from '#collect/guest/guest-stats';
import { maskSource } from '#formats/secrets/mask-source';
import type { Disk } from '#model/domain-devices';
import type { Image } from '#model/image';
import { type Known, known, unknown } from '#model/known';

/** More disks and layers than any guest has. */
const mostBlocks = 65_536;

/**
 * Gives what bulk statistics tell of the image of a disk and the layers below it (`block.N.*`, in bytes). Of a running guest QEMU tells
 * the room that a file takes as `physical`; of one that is off libvirt tells it as `allocation`. A block device takes its whole room
 * whatever is written, so nothing is said there.
 */
export function imageOfStats(disk: Disk, stats: StatsAnswer | undefined, isRunning: boolean): Known<Image> {
  const nothing = unknown(`libvirt gave no statistics of the disk ${disk.target}`);
  if (stats === undefined) return nothing;
  const layers: Image[] = [];
  const evidence: string[] = [];
  const count = Math.min(mostBlocks, countIn(stats, 'block.count') ?? 0);
  for (let at = 0; at < count; at++) {
    if (stats[`block.${at}.name`] !== disk.target) continue;
    const path = stats[`block.${at}.path`];
    const virtualSize = bytesIn(stats, `block.${at}.capacity`);
    const allocated =
      disk.type === 'block' ? undefined : bytesIn(stats, `block.${at}.${isRunning ? 'physical' : 'allocation'}`);
    const said = layers.length === 0 ? disk.source : disk.backing[layers.length - 1]?.source;
    layers.push({
      ...unreadImage(typeof path === 'string' ? maskSource(path) : (said ?? disk.target)),
      virtualSize,
      allocated,
    });
    evidence.push(`block.${at} capacity=${virtualSize} ${isRunning ? 'physical' : 'allocation'}=${allocated}`);
  }
  const [top, ...below] = layers;
  // a single entry says nothing of what is below: older libvirt tells of the topmost image only
  if (top === undefined || (top.virtualSize === undefined && top.allocated === undefined)) return nothing;
  return known(
    { ...top, backing: below.length > 0 ? below : undefined },
    { from: statsCall, value: evidence.join(', ') },
  );
}

/** An image of which only the path is known. */
export const unreadImage = (path: string): Image => ({
  path,
  format: undefined,
  virtualSize: undefined,
  allocated: undefined,
  clusterSize: undefined,
  isEncrypted: undefined,
  isDirty: undefined,
  isCorrupt: undefined,
  compatibility: undefined,
  lazyRefcounts: undefined,
  extendedL2: undefined,
  compression: undefined,
  snapshots: undefined,
  backing: undefined,
  backingFormat: undefined,
});
