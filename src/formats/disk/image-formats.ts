import type { ImageFormat } from '#formats/disk/image-format';
import { luks } from '#formats/disk/luks/luks-image';
import { parallels } from '#formats/disk/parallels/parallels-image';
import { qcow2 } from '#formats/disk/qcow2/qcow2-image';
import { qed } from '#formats/disk/qed/qed-image';
import { raw } from '#formats/disk/raw/raw-image';
import { refusedFormats } from '#formats/disk/refused/refused-formats';
import { vdi } from '#formats/disk/vdi/vdi-image';
import { vhdx } from '#formats/disk/vhdx/vhdx-image';
import { vmdk } from '#formats/disk/vmdk/vmdk-image';
import { vpc } from '#formats/disk/vpc/vpc-image';

/** The formats that are read or named, raw last: every file is one. */
export const imageFormats: readonly ImageFormat[] = [
  qcow2,
  luks,
  parallels,
  qed,
  vdi,
  vhdx,
  vmdk,
  vpc,
  ...refusedFormats,
  raw,
];
