import type { ImageFormat } from '#formats/disk/image-format';
import { raw } from '#formats/disk/raw/raw-image';

/** The formats that are read, raw last: every file is one. */
export const imageFormats: readonly ImageFormat[] = [raw];
