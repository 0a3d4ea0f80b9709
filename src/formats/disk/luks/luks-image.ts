import { ImageFault } from '#formats/disk/image-fault';
import type { ImageFormat } from '#formats/disk/image-format';
import { examineLuksHeader } from '#formats/disk/luks/examine-luks-header';
import { isLuks, luksInfo, parseLuksHeader } from '#formats/disk/luks/luks-header';

/**
 * A LUKS container of version 1 as an image of its own. Its data is encrypted, and no passphrase is ever asked for here. One of version 2 is no image
 * of this format for QEMU either: it takes it for a raw disk.
 */
export const luks: ImageFormat = {
  name: 'luks',
  probe: head => (isLuks(head) && head[6] === 0 && head[7] === 1 ? 100 : 0),
  open(file) {
    const start = new Uint8Array(8);
    file.readInto(start, 0);
    if (!isLuks(start)) throw new ImageFault('not-this-format', 'no LUKS container', 0);
    const header = parseLuksHeader(file, 0, file.size);
    examineLuksHeader(file, header);
    const payloadAt = header.payloadOffset;
    // QEMU counts in sectors, and takes what is left over for a whole one
    const virtualSize = Math.ceil(file.size / 512) * 512 - payloadAt;
    return {
      format: 'luks',
      virtualSize,
      info: {
        'virtual-size': virtualSize,
        'dirty-flag': false,
        encrypted: true,
        'format-specific': { type: 'luks', data: luksInfo(header) },
      },
      backing: undefined,
      extentAt: at => ({ kind: 'data', start: at, length: virtualSize - at, offset: undefined, isEncrypted: true }),
      readExtent({ start: from }, skip) {
        throw new ImageFault('unsupported', 'the data is encrypted', payloadAt + from + skip);
      },
    };
  },
};
