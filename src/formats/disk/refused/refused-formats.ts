import { ImageFault } from '#formats/disk/image-fault';
import type { ImageFormat } from '#formats/disk/image-format';

/** A format that is known by its first bytes, or its name, and not read. */
interface RefusedFormat {
  readonly name: string;
  readonly probe: ImageFormat['probe'];
  /** What it is and what to do, in a sentence's rest. */
  readonly says: string;
}

const latin1 = (head: Uint8Array, start: number, end: number): string =>
  String.fromCharCode(...head.subarray(start, end));

const startsWith = (text: string) => (head: Uint8Array) => (latin1(head, 0, text.length) === text ? 1 : 0);

const refused: readonly RefusedFormat[] = [
  {
    name: 'qcow',
    probe: head => startsWith('QFI\xfb\0\0\0\x01')(head) * 100,
    says: 'a qcow image of version 1, which QEMU keeps for old images only: convert it to qcow2 with qemu-img',
  },
  {
    name: 'bochs',
    probe: isGrowingBochs,
    says: 'a disk image of Bochs, which QEMU reads only: convert it with qemu-img',
  },
  {
    name: 'cloop',
    probe: head =>
      startsWith('#!/bin/sh\n#V2.0 Format\nmodprobe cloop file=$0 && mount -r -t iso9660 /dev/cloop $1\n')(head) * 2,
    says: 'a compressed loop image, which QEMU reads only: convert it with qemu-img',
  },
  {
    name: 'dmg',
    probe: (_head, _size, name) => (name.length > 4 && name.endsWith('.dmg') ? 2 : 0),
    says: 'a disk image of macOS, which QEMU reads only: convert it with qemu-img',
  },
];

/** Of a growing image of Bochs 2.0 on: magic, type and subtype in fields of 32, 16 and 16 bytes, and its version (QEMU: block/bochs.c). */
function isGrowingBochs(head: Uint8Array): number {
  const isOne =
    latin1(head, 0, 23) === 'Bochs Virtual HD Image\0' &&
    latin1(head, 32, 40) === 'Redolog\0' &&
    latin1(head, 48, 56) === 'Growing\0' &&
    ['\0\0\x02\0', '\0\0\x01\0'].includes(latin1(head, 64, 68));
  return isOne ? 100 : 0;
}

/** Formats that QEMU knows and that are named here, so that what is written in them is not taken for a raw disk. */
export const refusedFormats: readonly ImageFormat[] = refused.map(({ name, probe, says }) => ({
  name,
  probe,
  open() {
    throw new ImageFault('unsupported', `it is ${says}`, 0);
  },
}));
