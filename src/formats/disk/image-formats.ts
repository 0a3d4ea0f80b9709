import type { ImageFormat } from '#formats/disk/image-format';
import { qcow2 } from '#formats/disk/qcow2/qcow2-image';
import { raw } from '#formats/disk/raw/raw-image';

/** The formats that are read, raw last: every file is one. */
export const imageFormats: readonly ImageFormat[] = [qcow2, raw];
