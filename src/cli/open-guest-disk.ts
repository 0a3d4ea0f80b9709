import { existsSync } from 'node:fs';
import { type ImageRequest, imageError, openImage } from '#cli/open-image';
import { inputError, usageError } from '#cli/request-error';
import { ImageFault } from '#formats/disk/image-fault';
import { virtualDisk } from '#formats/disk/virtual-disk';
import { PathFault } from '#formats/filesystem/path-fault';
import {
  type GuestPart,
  guestOfRoot,
  guestOfVolume,
  type OpenedVolume,
  type OpenedVolumes,
  type OpenGuest,
  openVolumes,
  rootsAmong,
} from '#formats/guest-disk/open-guest';
import { volumesOf } from '#formats/guest-disk/volumes-of';
import { identifyContent } from '#formats/inside/identify-content';
import { lookAt } from '#formats/inside/look';

/** Which guest, and which part of it. */
export interface GuestDiskRequest extends ImageRequest {
  /** The partition or logical volume that is looked at alone; undefined: the root of the guest, with what its fstab mounts. */
  readonly partition?: string;
}

/** A place within an image. */
interface ImagePath {
  readonly image: string;
  readonly path: string;
}

/** Takes IMAGE:PATH; without a path it is the root. The name of an image may hold colons as well: the first that leads to a file counts. */
export function splitImagePath(word: string): ImagePath {
  const splits = [...word.matchAll(/:(?=\/)/g)].map(({ index }) => ({
    image: word.slice(0, index),
    path: word.slice(index + 1),
  }));
  return (
    splits.find(({ image }) => existsSync(image)) ??
    (existsSync(word) ? undefined : splits[0]) ?? { image: word, path: '/' }
  );
}

/** Opens the disks of a guest and hands its files to `use`; then closes them. Throws RequestError (66) for what cannot be read. */
export async function withGuest<T>(
  images: readonly string[],
  request: GuestDiskRequest,
  use: (guest: OpenGuest) => T | Promise<T>,
): Promise<T> {
  const closes: (() => void)[] = [];
  try {
    const volumes = volumesOf(
      images.map(image => {
        const { chain, close } = openImage(image, request);
        closes.push(close);
        return virtualDisk(chain);
      }),
    );
    return await use(guestAmong(openVolumes(volumes), request.partition, images.join(', ')));
  } catch (error) {
    if (error instanceof ImageFault) throw imageError(error);
    if (error instanceof PathFault) throw inputError(error.message);
    throw error;
  } finally {
    for (const close of closes) close();
  }
}

/** Gives the file systems of Windows on disks; none where another system is there as well. */
export function windowsOn(images: readonly string[], request: ImageRequest): readonly GuestPart[] {
  const closes: (() => void)[] = [];
  try {
    const disks = images.map(image => {
      const { chain, close } = openImage(image, request);
      closes.push(close);
      return virtualDisk(chain);
    });
    const found = volumesOf(disks).flatMap(({ name, source }) => {
      const content = identifyContent(lookAt(source))?.content;
      const { type, label, uuid = '' } = content ?? {};
      return type === undefined ? [] : [{ path: '', volume: name, type, label, uuid, size: source.size }];
    });
    const isForeign = found.some(({ type }) => !['ntfs', 'vfat', 'BitLocker'].includes(type));
    return isForeign ? [] : found.filter(({ type }) => type !== 'vfat');
  } finally {
    for (const close of closes) close();
  }
}

/** Gives the guest on some volumes, or the file system of one of them. Throws RequestError, saying what there is. */
export function guestAmong(volumes: OpenedVolumes, wanted: string | undefined, images: string): OpenGuest {
  const { opened, others, faults } = volumes;
  const broken = faults.map(({ volume, fault }) => `${volume}: ${fault.message}`);
  if (wanted !== undefined) {
    const found = opened.find(({ name }) => name === wanted || name === wanted.replace(/^\/dev\/(mapper\/)?/, ''));
    if (found !== undefined) return guestOfVolume(found);
    const fault = faults.find(({ volume }) => volume === wanted)?.fault;
    if (fault !== undefined) throw fault;
    throw usageError(`${images}: there is no file system that can be browsed on ${wanted}`, choice(opened));
  }
  const roots = rootsAmong(opened);
  const [root, second] = roots;
  const [only] = opened;
  // a FAT beside what cannot be browsed starts the firmware's programs, and is not what a person wants to see
  const isAlone = opened.length === 1 && (only?.system.type !== 'vfat' || others.length === 0);
  if (root === undefined && only !== undefined && isAlone) return guestOfVolume(only);
  if (root === undefined)
    throw inputError(
      `${images}: ${opened.length === 0 ? 'there is no file system that can be browsed' : 'no file system in it is the root of a Linux system'}${broken.length === 0 ? '' : ` (${broken.join('; ')})`}`,
      opened.length === 0 ? '--with guestfish reads more kinds, where guestfs-tools are installed' : choice(opened),
    );
  if (second !== undefined)
    throw inputError(`${images}: ${roots.length} file systems could be the root`, choice(roots));
  return guestOfRoot(root, volumes);
}

const choice = (volumes: readonly OpenedVolume[]): string | undefined =>
  volumes.length === 0
    ? undefined
    : `--partition takes ${volumes.map(({ name, system, label }) => `${name} (${system.type}${label === undefined ? '' : ` ${label}`})`).join(', ')}`;
