import { extentThrough, type LayeredExtent } from '#formats/disk/chain-map';
import type { ImageChain } from '#formats/disk/image-chain';
import type { ByteSource } from '#units/byte-source';

/**
 * Gives the disk that a guest sees: what stands in the layers of its image, one over the other. Reading throws ImageFault where an image is damaged,
 * encrypted, or a layer is missing that is needed for it.
 */
export function virtualDisk(chain: ImageChain): ByteSource {
  const size = chain.layers[0].image.virtualSize;
  // file systems read small pieces that lie close together
  let last: LayeredExtent | undefined;
  const at = (byte: number): LayeredExtent => {
    const isInLast = last !== undefined && byte >= last.extent.start && byte < last.extent.start + last.extent.length;
    if (last === undefined || !isInLast) last = extentThrough(chain, byte);
    return last;
  };
  return {
    size,
    readInto(target, from) {
      const end = Math.min(from + target.length, size);
      let byte = from;
      while (byte < end) {
        const { depth, extent } = at(byte);
        const skip = byte - extent.start;
        const piece = target.subarray(byte - from, Math.min(byte - from + extent.length - skip, end - from));
        if (extent.kind === 'data') chain.layers[depth]?.image.readExtent(extent, skip, piece);
        else if (extent.kind === 'unallocated' && depth === chain.layers.length - 1 && chain.broken !== undefined)
          throw chain.broken;
        else piece.fill(0);
        byte += piece.length;
      }
      return Math.max(0, end - from);
    },
  };
}
