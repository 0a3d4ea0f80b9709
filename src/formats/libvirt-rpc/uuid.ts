import type { Codec } from '#formats/libvirt-rpc/codec';
import { XdrError } from '#formats/libvirt-rpc/xdr-error';

/** A UUID: 16 bytes in a message, `4dea22b3-1d52-d8f3-2516-782e98ab3fa0` in the program. */
export const uuid: Codec<string> = {
  least: 16,
  read: from => {
    const hex = Buffer.from(from.fixedBytes(16)).toString('hex');
    return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
  },
  write: (to, value) => {
    const hex = value.replaceAll('-', '');
    if (!/^[0-9a-fA-F]{32}$/.test(hex)) throw new XdrError('out-of-range', 0, `“${value}” as a UUID`);
    to.fixedBytes(Buffer.from(hex, 'hex'), 16);
  },
};
