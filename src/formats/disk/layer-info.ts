import { backingPlace } from '#formats/disk/backing-name';
import type { ImageLayer } from '#formats/disk/image-chain';
import { ImageFault } from '#formats/disk/image-fault';
import type { ImageInfo } from '#formats/disk/image-info';
import { maskSource } from '#formats/secrets/mask-source';

/** What `qemu-img info --output=json` prints of an image. */
export interface LayerInfo extends ImageInfo {
  readonly filename: string;
  readonly format: string;
  readonly 'actual-size': number;
  readonly 'full-backing-filename'?: string;
}

/** Gives what `qemu-img info` prints of a layer, in its names; credentials in the names of files masked. Sizes in bytes. */
export function layerInfo({ path, file, parts, image }: ImageLayer): LayerInfo {
  const { 'backing-filename': backing, ...info } = image.info;
  return {
    ...info,
    ...(backing === undefined
      ? {}
      : { 'backing-filename': maskSource(backing), 'full-backing-filename': maskSource(fullName(path, backing)) }),
    filename: maskSource(path),
    format: image.format,
    'actual-size': parts.reduce((size, part) => size + part.file.allocated, file.allocated),
  };
}

/** A path as QEMU combines it; anything else stands as it is. */
function fullName(path: string, backing: string): string {
  if (backing.startsWith('json:')) return backing;
  try {
    return backingPlace(path, backing).path;
  } catch (error) {
    if (error instanceof ImageFault) return backing;
    throw error;
  }
}
