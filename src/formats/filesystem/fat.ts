import type { Buffer } from 'node:buffer';
import type { Content } from '#formats/inside/content';
import type { ContentProbe } from '#formats/inside/content-probe';
import { isPowerOfTwo, product, serialAt, standsAt, textAt } from '#formats/inside/fields';
import type { Look } from '#formats/inside/look';

// Microsoft: FAT: General Overview of On-Disk Format, 1.03
const most12 = 0xff4;
const most16 = 0xfff4;
const most32 = 0x0ffffff6;
const noName = 'NO NAME    ';
/** Clusters of a root directory that are looked through for the label. */
const mostRootClusters = 100;

/** What the boot sector says. */
export interface FatLayout {
  readonly kind: 'FAT12' | 'FAT16' | 'FAT32';
  readonly sectorSize: number;
  readonly clusterSize: number;
  readonly reserved: number;
  readonly sectors: number;
  readonly clusters: number;
  /** Byte at which the root directory of FAT12 and FAT16 stands, or the first cluster of FAT32. */
  readonly data: number;
  readonly rootEntries: number;
  /** Sectors of one table. */
  readonly tableSectors: number;
  /** Byte at which the first cluster of files stands. */
  readonly files: number;
  /** Of FAT32: the first cluster of the root folder. */
  readonly rootCluster: number;
}

/** FAT12, FAT16, FAT32. */
export const fat: ContentProbe = {
  type: 'vfat',
  identify(look) {
    const boot = look.at(0, 512);
    const layout = boot === undefined ? undefined : fatLayout(boot);
    if (boot === undefined || layout === undefined) return undefined;
    const isWide = layout.kind === 'FAT32';
    const fields = isWide ? 0x43 : 0x27;
    const inDirectory = isWide ? labelInChain(look, boot, layout) : labelIn(look, layout.data, layout.rootEntries);
    const bootLabel = standsAt(boot, fields + 4, noName) ? undefined : textAt(boot, fields + 4, 11);
    const usual = inDirectory === noName ? undefined : inDirectory?.trimEnd();
    const information = isWide ? freeInInformation(look, boot, layout) : undefined;
    return {
      type: 'vfat',
      usage: 'filesystem',
      at: 0,
      version: layout.kind,
      secondType: isWide ? undefined : 'msdos',
      label: usual === '' ? undefined : usual,
      uuid: serialAt(boot, fields),
      blockSize: layout.sectorSize,
      clusterSize: layout.clusterSize,
      size: product(layout.sectors, layout.sectorSize),
      free: isWide ? information?.free : freeInTable(look, layout),
      identifiers: bootLabel === undefined ? undefined : { 'boot label': bootLabel },
      faults: information?.faults,
    };
  },
};

/** Gives what a boot sector says, or undefined where it is none of FAT: the partition tables of disks end in the same two bytes. */
export function fatLayout(boot: Buffer): FatLayout | undefined {
  const isNamed =
    ['MSWIN', 'FAT32   '].some(word => standsAt(boot, 0x52, word)) ||
    ['MSDOS', 'FAT16   ', 'FAT12   ', 'FAT     '].some(word => standsAt(boot, 0x36, word));
  if (!isNamed) {
    if (boot.readUInt16LE(510) !== 0xaa55) return undefined;
    // OS/2 puts such a sector before its own file systems
    if (['JFS     ', 'HPFS    '].some(word => standsAt(boot, 0x36, word))) return undefined;
  }
  if (standsAt(boot, 3, '-FVE-FS-') || standsAt(boot, 3, 'EXFAT   ') || standsAt(boot, 3, 'NTFS    ')) return undefined;
  const [sectorSize, perCluster, reserved] = [boot.readUInt16LE(11), boot.readUInt8(13), boot.readUInt16LE(14)];
  const [tables, rootEntries, media] = [boot.readUInt8(16), boot.readUInt16LE(17), boot.readUInt8(21)];
  if (tables === 0 || reserved === 0 || (media < 0xf8 && media !== 0xf0)) return undefined;
  if (!isPowerOfTwo(perCluster) || !isPowerOfTwo(sectorSize) || sectorSize < 512 || sectorSize > 4096) return undefined;
  const sectors = boot.readUInt16LE(19) || boot.readUInt32LE(32);
  const short = boot.readUInt16LE(22);
  const tableSectors = (short || boot.readUInt32LE(36)) * tables;
  const rootSectors = Math.ceil((rootEntries * 32) / sectorSize);
  const clusters = Math.floor((sectors - reserved - tableSectors - rootSectors) / perCluster);
  const isWide = short === 0 && tableSectors > 0;
  if (clusters < 0 || clusters > (isWide ? most32 : most16) || tableSectors === 0) return undefined;
  const kind = isWide ? 'FAT32' : clusters < most12 ? 'FAT12' : 'FAT16';
  const data = (reserved + tableSectors) * sectorSize;
  return {
    kind,
    sectorSize,
    clusterSize: perCluster * sectorSize,
    reserved,
    sectors,
    clusters,
    data,
    rootEntries,
    tableSectors: tableSectors / tables,
    files: data + rootSectors * sectorSize,
    rootCluster: isWide ? boot.readUInt32LE(44) & 0x0fff_ffff : 0,
  };
}

/** Gives the eleven letters of the label among entries of a directory; null: the directory ends here, without one. */
function labelIn(look: Look, at: number, entries: number): string | undefined | null {
  for (let index = 0; index < entries; index += 1) {
    const entry = look.at(at + index * 32, 32);
    if (entry === undefined || entry[0] === 0) return null;
    const attributes = entry.readUInt8(11);
    const isLabel = (attributes & 0x18) === 0x08 && (attributes & 0x3f) !== 0x0f && entry[0] !== 0xe5;
    if (isLabel && entry.readUInt16LE(20) === 0 && entry.readUInt16LE(26) === 0)
      return textAt(entry, 0, 11)?.padEnd(11) ?? noName;
  }
  return undefined;
}

function labelInChain(look: Look, boot: Buffer, layout: FatLayout): string | undefined {
  let cluster = boot.readUInt32LE(44);
  for (let count = 0; count < mostRootClusters && cluster >= 2 && cluster < layout.clusters + 2; count += 1) {
    const label = labelIn(look, layout.data + (cluster - 2) * layout.clusterSize, layout.clusterSize / 32);
    if (label !== undefined) return label ?? undefined;
    cluster = (look.at(layout.reserved * layout.sectorSize + cluster * 4, 4)?.readUInt32LE(0) ?? 0) & 0x0fffffff;
  }
  return undefined;
}

function freeInInformation(look: Look, boot: Buffer, layout: FatLayout): Pick<Content, 'free' | 'faults'> {
  const sector = boot.readUInt16LE(48);
  if (sector === 0 || sector === 0xffff) return {};
  const bytes = look.at(sector * layout.sectorSize, 512);
  const isSound = standsAt(bytes, 0, 'RRaA') && standsAt(bytes, 484, 'rrAa');
  if (bytes === undefined || !isSound) {
    const isEmpty = standsAt(bytes, 0, '\0\0\0\0') && standsAt(bytes, 484, '\0\0\0\0');
    return isEmpty ? {} : { faults: ['the sector that tells of free clusters is damaged'] };
  }
  const free = bytes.readUInt32LE(488);
  return free > layout.clusters ? {} : { free: product(free, layout.clusterSize) };
}

/** Counts the free clusters of FAT12 and FAT16; their tables have at most 128 KiB. */
function freeInTable(look: Look, layout: FatLayout): number | undefined {
  const last = layout.clusters + 2;
  const isTwelve = layout.kind === 'FAT12';
  const table = look.at(layout.reserved * layout.sectorSize, Math.ceil(isTwelve ? last * 1.5 : last * 2) + 1);
  if (table === undefined) return undefined;
  let free = 0;
  for (let cluster = 2; cluster < last; cluster += 1) {
    const at = isTwelve ? Math.floor(cluster * 1.5) : cluster * 2;
    const word = table.readUInt16LE(at);
    const entry = isTwelve ? (cluster % 2 === 0 ? word & 0xfff : word >> 4) : word;
    if (entry === 0) free += 1;
  }
  return product(free, layout.clusterSize);
}
