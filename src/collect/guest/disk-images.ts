import { commandText } from '#collect/file-facts';
import type { StatsAnswer } from '#collect/guest/guest-stats';
import { type BlockStats, blockStats, imageOfStats } from '#collect/guest/image-of-stats';
import { ownImageInfo } from '#collect/guest/own-image-info';
import { VolumeImages } from '#collect/guest/volume-images';
import type { Sources } from '#collect/sources';
import { parseQemuImgInfo } from '#formats/qemu-img-info';
import type { DomainConfig } from '#model/domain-config';
import type { Disk } from '#model/domain-devices';
import type { Image } from '#model/image';
import { absent, type Known, known, mapKnown, unknown } from '#model/known';

/**
 * The command that tells of an image. The format is said, never probed: a guest can write into a raw image what makes QEMU open any
 * other file or address as its backing file. What libvirt takes for raw is raw here too.
 */
export const qemuImgInfo = (path: string, format: string): readonly string[] => [
  ...['qemu-img', 'info', '--force-share', '--output=json', '--backing-chain', '-f', format, '--', path],
];

/** Facts of the images behind guests' disks, from the images themselves, QEMU's tool, bulk statistics and storage volumes, each filling in what the one before does not tell. */
export class DiskImages {
  readonly #sources: Sources;
  readonly #volumes: VolumeImages;
  readonly #told = new Map<string, Known<Image>>();

  constructor(sources: Sources) {
    const { libvirt } = sources;
    this.#sources = sources;
    this.#volumes = new VolumeImages('state' in libvirt || 'error' in libvirt.pools ? [] : libvirt.pools.value);
  }

  /** Gives a definition whose disks know their images. */
  into(config: DomainConfig, stats: StatsAnswer | undefined, isRunning: boolean): DomainConfig {
    const blocks = stats && blockStats(stats);
    const disks = mapKnown(config.disks, all =>
      all.map(disk => ({ ...disk, image: this.#imageOf(disk, blocks, isRunning) })),
    );
    return { ...config, disks };
  }

  #imageOf(disk: Disk, blocks: BlockStats | undefined, isRunning: boolean): Known<Image> {
    if (disk.source === undefined && disk.protocol === undefined && disk.type !== 'nvme') return absent(disk.at);
    const { source } = disk;
    const ways = [imageOfStats(disk, blocks, isRunning)];
    if (source !== undefined) {
      const path = this.#volumes.pathOf(source);
      if (path.startsWith('/')) ways.unshift(this.#looked(path, disk.format ?? 'raw'));
      ways.push(this.#volumes.image(source));
    }
    return combined(ways) ?? unknown(`nobody looked at the image of ${disk.target}`, remedyFor(source, disk));
  }

  /** Each image is looked at once, however many guests share it: by us, else by QEMU's tool. */
  #looked(path: string, format: string): Known<Image> {
    const command = qemuImgInfo(path, format).join(' ');
    const before = this.#told.get(command);
    if (before !== undefined) return before;
    const own = this.#said(ownImageInfo(path, format));
    const told = own.state === 'known' ? own : this.#said(qemuImgInfo(path, format));
    const image = told.state === 'unknown' && own.state === 'absent' ? own : told;
    this.#told.set(command, image);
    return image;
  }

  #said(argv: readonly string[]): Known<Image> {
    return readImage(commandText(this.#sources, argv), argv.join(' '));
  }
}

function readImage(text: Known<string>, command: string): Known<Image> {
  if (text.state !== 'known') return text;
  const image = parseQemuImgInfo(text.value);
  if (image === undefined) return unknown(`${command} gave no description of an image`);
  const value = `format ${image.format}, virtual-size ${image.virtualSize}, actual-size ${image.allocated}`;
  return known(image, { from: command, value });
}

const remedyFor = (source: string | undefined, disk: Disk): string | undefined =>
  source?.startsWith('/') ? qemuImgInfo(source, disk.format ?? 'raw').join(' ') : undefined;

/** Gives one image of what several ways told; undefined where none told anything. */
function combined(ways: readonly Known<Image>[]): Known<Image> | undefined {
  const known = ways.filter(way => way.state === 'known');
  const [first, ...others] = known;
  if (first === undefined) return undefined;
  const value = others.reduce((image, other) => filledIn(image, other.value), first.value);
  return { state: 'known', value, evidence: known.flatMap(way => way.evidence) };
}

const filledIn = (image: Image, other: Image): Image => ({
  path: image.path,
  format: image.format ?? other.format,
  virtualSize: image.virtualSize ?? other.virtualSize,
  allocated: image.allocated ?? other.allocated,
  clusterSize: image.clusterSize ?? other.clusterSize,
  isEncrypted: image.isEncrypted ?? other.isEncrypted,
  encryption: image.encryption ?? other.encryption,
  isDirty: image.isDirty ?? other.isDirty,
  isCorrupt: image.isCorrupt ?? other.isCorrupt,
  compatibility: image.compatibility ?? other.compatibility,
  lazyRefcounts: image.lazyRefcounts ?? other.lazyRefcounts,
  extendedL2: image.extendedL2 ?? other.extendedL2,
  compression: image.compression ?? other.compression,
  snapshots: image.snapshots ?? other.snapshots,
  backing: image.backing ?? other.backing,
  backingPath: image.backingPath ?? other.backingPath,
  backingFormat: image.backingFormat ?? other.backingFormat,
});
