import type { ImageChain } from '#formats/disk/image-chain';
import type { Extent } from '#formats/disk/image-format';
import type { ByteSource } from '#units/byte-source';

/** A stretch of the guest's disk and what backs it, in the names of `qemu-img map --output=json` (qapi/block-core.json, MapEntry). Bytes. */
export interface MapEntry {
  readonly start: number;
  readonly length: number;
  /** The layer that it comes from: 0 is the topmost. */
  readonly depth: number;
  /** Whether that layer has it of its own. */
  readonly present: boolean;
  /** Whether it reads as zeroes. */
  readonly zero: boolean;
  /** Whether there is data. */
  readonly data: boolean;
  /** Where it stands in its file, where it stands there as the guest sees it. */
  readonly offset?: number;
}

/** A stretch with the layer that it comes from. */
export interface LayeredExtent {
  readonly depth: number;
  readonly extent: Extent;
}

/** Formats of which what is not allocated reads as zeroes because there may be something below; of others the format itself says so. */
const haveBacking = new Set(['qcow2', 'qcow', 'qed', 'vmdk', 'parallels']);

/** Formats of which QEMU tells no map: all of them is data, at no place. */
const haveNoMap = new Set(['vhdx']);

/**
 * Gives what stands at byte `at` of the guest's disk, through all layers, from there on for at least one byte. What no layer has is given of the last
 * one that was asked. Throws ImageFault.
 */
export function extentThrough({ layers }: ImageChain, at: number): LayeredExtent {
  let end = Number.POSITIVE_INFINITY;
  let found: LayeredExtent | undefined;
  for (const [depth, { image }] of layers.entries()) {
    if (at >= image.virtualSize) break;
    const extent = image.extentAt(at);
    end = Math.min(end, extent.start + extent.length);
    found = { depth, extent: shortened(extent, end - at) };
    if (extent.kind !== 'unallocated') break;
    // where the layer below ends it is no longer asked
    const below = layers[depth + 1]?.image.virtualSize ?? end;
    if (below > at) end = Math.min(end, below);
  }
  if (found === undefined) throw new RangeError(`byte ${at} is beyond the disk`);
  return found;
}

const shortened = (extent: Extent, length: number): Extent => (length < extent.length ? { ...extent, length } : extent);

/** Gives the map of a whole disk, neighbours joined as QEMU joins them. Throws ImageFault where metadata is damaged. */
export function* chainMap(chain: ImageChain): Generator<MapEntry> {
  for (const { entry } of stretchesOf(chain, haveNoMap)) yield entry;
}

/** An entry of a map, and the file in which it stands where that is not the layer's own. */
export interface MapStretch {
  readonly entry: MapEntry;
  readonly file: ByteSource | undefined;
}

/** Gives the map of a whole disk with the files, of formats too of which QEMU tells none. Throws ImageFault where metadata is damaged. */
export const chainStretches = (chain: ImageChain): Generator<MapStretch> => stretchesOf(chain, new Set());

function* stretchesOf(chain: ImageChain, withoutMap: ReadonlySet<string>): Generator<MapStretch> {
  const size = chain.layers[0].image.virtualSize;
  if (size === 0) {
    yield { entry: { start: 0, length: 0, depth: 0, present: false, zero: false, data: false }, file: undefined };
    return;
  }
  let last: MapEntry | undefined;
  let length = 0;
  let lastFile: ByteSource | undefined;
  for (let at = 0; at < size; ) {
    const { depth, extent } = extentThrough(chain, at);
    const entry = entryOf(extent, depth, chain.layers[depth]?.image.format ?? 'raw', withoutMap);
    const file = 'file' in extent ? extent.file : undefined;
    if (last !== undefined && lastFile === file && isContinued(last, length, entry)) length += entry.length;
    else {
      if (last !== undefined) yield { entry: { ...last, length }, file: lastFile };
      [last, length, lastFile] = [entry, entry.length, file];
    }
    at += extent.length;
  }
  if (last !== undefined) yield { entry: { ...last, length }, file: lastFile };
}

function entryOf(extent: Extent, depth: number, format: string, withoutMap: ReadonlySet<string>): MapEntry {
  const { start, length } = extent;
  if (withoutMap.has(format)) return { start, length, depth, present: true, zero: false, data: true };
  switch (extent.kind) {
    case 'data': {
      const entry = { start, length, depth, present: true, zero: false, data: true };
      const isElsewhere = extent.offset === undefined || extent.isCompressed === true || extent.isEncrypted === true;
      return isElsewhere ? entry : { ...entry, offset: extent.offset };
    }
    case 'zero': {
      const entry = { start, length, depth, present: true, zero: true, data: false };
      return extent.offset === undefined ? entry : { ...entry, offset: extent.offset };
    }
    default: {
      const entry = { start, length, depth, present: false, zero: haveBacking.has(format), data: false };
      return extent.offset === undefined ? entry : { ...entry, offset: extent.offset };
    }
  }
}

const isContinued = (last: MapEntry, length: number, next: MapEntry): boolean =>
  last.depth === next.depth &&
  last.present === next.present &&
  last.zero === next.zero &&
  last.data === next.data &&
  (last.offset === undefined ? next.offset === undefined : last.offset + length === next.offset);
