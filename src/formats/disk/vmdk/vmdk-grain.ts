import type { Buffer } from 'node:buffer';
import { inflateSync } from 'node:zlib';
import { type ClusterMap, placeIn } from '#formats/disk/cluster-map';
import { ImageFault } from '#formats/disk/image-fault';
import { bytesAt } from '#formats/disk/read-bytes';
import type { VmdkPart } from '#formats/disk/vmdk/vmdk-part';
import type { ByteSource } from '#units/byte-source';

/** The mark before a compressed grain: its sector, and how many bytes it has. */
const markLength = 12;

/** Gives a reader of the compressed grains of a part, from byte `at` of the part on. It keeps the last grain. Throws ImageFault. */
export function grainReader({ file, grains }: VmdkPart): (at: number, target: Uint8Array) => void {
  if (grains === undefined)
    return () => {
      throw new ImageFault('malformed', 'a part that stands as it is has no compressed grains');
    };
  const { map, hasMarkers } = grains;
  let last: { readonly grain: number; readonly bytes: Buffer } | undefined;
  return (from, target) => {
    let done = 0;
    while (done < target.length) {
      const grain = Math.floor((from + done) / map.clusterSize);
      const within = (from + done) % map.clusterSize;
      if (last?.grain !== grain) last = { grain, bytes: decompressed(file, map, hasMarkers, grain) };
      const piece = last.bytes.subarray(within, within + target.length - done);
      if (piece.length === 0)
        throw new ImageFault('malformed', `grain ${grain} has ${last.bytes.length} bytes, fewer than are read`);
      target.set(piece, done);
      done += piece.length;
    }
  };
}

function decompressed(file: ByteSource, map: ClusterMap, hasMarkers: boolean, grain: number): Buffer {
  const place = placeIn(map, grain);
  if (place < 0) throw map.fault(grain);
  const at = hasMarkers ? place + markLength : place;
  const length = hasMarkers
    ? bytesAt(file, place, markLength, 'the mark of a grain').readUInt32LE(8)
    : Math.min(map.clusterSize, Math.max(0, file.size - at));
  if (length === 0 || length > 2 * map.clusterSize)
    throw new ImageFault('malformed', `grain ${grain} is said to have ${length} bytes`, place);
  const bytes = bytesAt(file, at, length, 'a grain');
  try {
    return inflateSync(bytes, { maxOutputLength: map.clusterSize });
  } catch {
    throw new ImageFault('malformed', `grain ${grain} cannot be decompressed`, at);
  }
}
