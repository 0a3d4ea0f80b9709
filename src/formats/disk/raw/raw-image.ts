import { ImageFault } from '#formats/disk/image-fault';
import type { ImageFormat } from '#formats/disk/image-format';

/** A raw image: the guest's disk as it is. Holes are the file system's and cannot be seen here: all of it is data. Anything is raw to some degree. */
export const raw: ImageFormat = {
  name: 'raw',
  probe: () => 1,
  open(file) {
    // QEMU counts in sectors, and takes what is left over for a whole one
    const virtualSize = Math.ceil(file.size / 512) * 512;
    return {
      format: 'raw',
      virtualSize,
      info: { 'virtual-size': virtualSize, 'dirty-flag': false },
      backing: undefined,
      extentAt: at =>
        at < file.size
          ? { kind: 'data', start: at, length: file.size - at, offset: at }
          : { kind: 'zero', start: at, length: virtualSize - at, offset: at },
      readExtent({ start }, skip, target) {
        const at = start + skip;
        if (file.readInto(target, at) < target.length) throw new ImageFault('cut-short', 'the image ends before', at);
      },
    };
  },
};
