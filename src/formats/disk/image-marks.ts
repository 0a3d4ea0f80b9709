import type { OpenImage } from '#formats/disk/image-format';

/** Gives what the marks of an image say, beside its tables; each in a sentence. Throws ImageFault as `info` does. */
export function imageMarks({ info, isUnclosed }: Pick<OpenImage, 'info' | 'isUnclosed'>): readonly string[] {
  return [
    ...(info['dirty-flag'] === true || isUnclosed === true
      ? ['it was not closed properly: check it before it is used']
      : []),
    ...(info['format-specific']?.data['corrupt'] === true
      ? ['QEMU has found damage in it, and lets nobody write to it before it is repaired']
      : []),
  ];
}
