import type { Buffer } from 'node:buffer';
import { littleEndian64 } from '#formats/disk/read-bytes';
import type { ContentProbe } from '#formats/inside/content-probe';
import { product, serialAt, standsAt, wideTextAt } from '#formats/inside/fields';
import type { Look } from '#formats/inside/look';

// Microsoft: exFAT file system specification
const mostRootClusters = 1000;
const mostBitmap = 2 ** 20;

interface Layout {
  readonly sectorSize: number;
  readonly clusterSize: number;
  readonly clusters: number;
  readonly fat: number;
  readonly heap: number;
}

/** exFAT. */
export const exfat: ContentProbe = {
  type: 'exfat',
  identify(look) {
    const boot = look.at(0, 512);
    if (boot === undefined || !standsAt(boot, 3, 'EXFAT   ') || boot.readUInt16LE(510) !== 0xaa55) return undefined;
    const [sectorShift, clusterShift] = [boot.readUInt8(108), boot.readUInt8(109)];
    if (sectorShift < 9 || sectorShift > 12 || clusterShift > 25 - sectorShift) return undefined;
    const sectorSize = 2 ** sectorShift;
    const layout: Layout = {
      sectorSize,
      clusterSize: sectorSize * 2 ** clusterShift,
      clusters: boot.readUInt32LE(92),
      fat: boot.readUInt32LE(80) * sectorSize,
      heap: boot.readUInt32LE(88) * sectorSize,
    };
    const root = lookThroughRoot(look, layout, boot.readUInt32LE(96));
    return {
      type: 'exfat',
      usage: 'filesystem',
      at: 0,
      version: `${boot.readUInt8(105)}.${boot.readUInt8(104)}`,
      label: root.label,
      uuid: serialAt(boot, 100),
      blockSize: sectorSize,
      clusterSize: layout.clusterSize,
      size: product(littleEndian64(boot, 72), sectorSize),
      free: root.free,
      notes: (boot.readUInt16LE(106) & 2) === 0 ? [] : ['it was not unmounted'],
      faults: isSealed(look, sectorSize) ? [] : ['the checksum of its boot sectors is wrong'],
    };
  },
};

/** Whether the eleven sectors of the boot region have the checksum that fills the twelfth. */
function isSealed(look: Look, sectorSize: number): boolean {
  const region = look.at(0, sectorSize * 12);
  if (region === undefined) return false;
  let sum = 0;
  for (let at = 0; at < sectorSize * 11; at += 1) {
    // the flags and the use in per cent change while it is mounted
    if (at === 106 || at === 107 || at === 112) continue;
    sum = (((sum & 1) === 0 ? 0 : 0x8000_0000) + (sum >>> 1) + (region[at] ?? 0)) >>> 0;
  }
  for (let at = sectorSize * 11; at < sectorSize * 12; at += 4) if (region.readUInt32LE(at) !== sum) return false;
  return true;
}

/** Gives the label and, from the bitmap of clusters, what is free. */
function lookThroughRoot(
  look: Look,
  layout: Layout,
  root: number,
): { label?: string | undefined; free?: number | undefined } {
  const found: { label?: string | undefined; free?: number | undefined } = {};
  let cluster = root;
  for (let count = 0; count < mostRootClusters && cluster >= 2 && cluster < layout.clusters + 2; count += 1) {
    const start = layout.heap + (cluster - 2) * layout.clusterSize;
    for (let at = 0; at < Math.min(layout.clusterSize, 65536); at += 32) {
      const entry = look.at(start + at, 32);
      if (entry === undefined || entry[0] === 0) return found;
      if (entry[0] === 0x83) found.label = wideTextAt(entry, 2, Math.min(entry.readUInt8(1), 11) * 2, 'little');
      if (entry[0] === 0x81) found.free = freeIn(look, layout, entry);
    }
    cluster = look.at(layout.fat + cluster * 4, 4)?.readUInt32LE(0) ?? 0;
  }
  return found;
}

/** Counts free clusters in the bitmap; it stands in one piece as every formatter makes it, else it is not counted. */
function freeIn(look: Look, layout: Layout, entry: Buffer): number | undefined {
  const first = entry.readUInt32LE(20);
  const length = Math.ceil(layout.clusters / 8);
  if (first < 2 || length > mostBitmap || littleEndian64(entry, 24) < length) return undefined;
  const more = Math.ceil(length / layout.clusterSize) - 1;
  const chain = more === 0 ? undefined : look.at(layout.fat + first * 4, more * 4);
  for (let index = 0; index < more; index += 1)
    if (chain?.readUInt32LE(index * 4) !== first + index + 1) return undefined;
  const bitmap = look.at(layout.heap + (first - 2) * layout.clusterSize, length);
  if (bitmap === undefined) return undefined;
  let used = 0;
  for (let cluster = 0; cluster < layout.clusters; cluster += 1)
    if (((bitmap[cluster >> 3] ?? 0) & (1 << (cluster & 7))) !== 0) used += 1;
  return product(layout.clusters - used, layout.clusterSize);
}
