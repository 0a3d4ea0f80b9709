import type { Buffer } from 'node:buffer';
import type { Attribute } from '#formats/filesystem/ntfs/file-record';
import type { Look } from '#formats/inside/look';

const mostRuns = 4096;
/** The bitmap of 16 TiB in clusters of 4 KiB. */
const mostBitmap = 512 * 2 ** 20;
const piece = 2 ** 20;

/** Counts the clusters that the bitmap of a volume shows as free; undefined where it cannot be read whole. */
export function freeClusters(
  look: Look,
  bitmap: Attribute | undefined,
  clusterSize: number,
  clusters: number,
): number | undefined {
  if (bitmap === undefined || clusters > mostBitmap * 8 || bitmap.length * 8 < clusters) return undefined;
  if (bitmap.resident !== undefined) return clusters - usedIn(bitmap.resident, clusters);
  let used = 0;
  let left = clusters;
  for (const run of runsOf(bitmap.runs)) {
    if (run.start === undefined) return undefined;
    for (let done = 0; done < run.length * clusterSize && left > 0; done += piece) {
      const length = Math.min(piece, run.length * clusterSize - done, Math.ceil(left / 8));
      const bytes = look.at(run.start * clusterSize + done, length);
      if (bytes === undefined) return undefined;
      used += usedIn(bytes, left);
      left -= Math.min(left, length * 8);
    }
  }
  return left > 0 ? undefined : clusters - used;
}

/** Counts the bits that are set among the first of some bytes. */
function usedIn(bytes: Buffer, bits: number): number {
  let used = 0;
  const whole = Math.min(bytes.length, Math.floor(bits / 8));
  for (let at = 0; at < whole; at += 1) used += ones(bytes[at] ?? 0);
  const rest = bits - whole * 8;
  if (whole < bytes.length && rest > 0) used += ones((bytes[whole] ?? 0) & ((1 << rest) - 1));
  return used;
}

function ones(byte: number): number {
  const pairs = byte - ((byte >> 1) & 0x55);
  const fours = (pairs & 0x33) + ((pairs >> 2) & 0x33);
  return (fours + (fours >> 4)) & 0x0f;
}

interface Run {
  /** First cluster; undefined of a hole. */
  readonly start: number | undefined;
  /** In clusters. */
  readonly length: number;
}

/** Unpacks runs of clusters, each relative to the one before. */
function runsOf(packed: Buffer | undefined): readonly Run[] {
  const runs: Run[] = [];
  if (packed === undefined) return runs;
  let at = 0;
  let start = 0;
  while (at < packed.length && packed[at] !== 0 && runs.length < mostRuns) {
    const header = packed[at] ?? 0;
    const [lengthBytes, startBytes] = [header & 15, header >> 4];
    if (lengthBytes === 0 || lengthBytes > 6 || startBytes > 6 || at + 1 + lengthBytes + startBytes > packed.length)
      break;
    const length = packed.readUIntLE(at + 1, lengthBytes);
    if (startBytes > 0) start += packed.readIntLE(at + 1 + lengthBytes, startBytes);
    runs.push({ start: startBytes === 0 ? undefined : start, length });
    at += 1 + lengthBytes + startBytes;
  }
  return runs;
}
