import type { LogicalVolume, Segment, VolumeGroup } from '#formats/volume/lvm/volume-group';
import type { ByteSource } from '#units/byte-source';

/** Where a volume's bytes come from; or why they cannot be had. */
export type LogicalBytes = { readonly bytes: ByteSource } | { readonly why: string };

/** A stretch of a volume and what it is read from. */
interface Stretch {
  readonly start: number;
  readonly length: number;
  /** Undefined: it reads as zeroes. */
  readonly areas: readonly { readonly bytes: ByteSource; readonly start: number }[];
  readonly stripeSize: number;
}

/** Volumes of volumes that are gone through: RAID and mirrors have one level. */
const mostDepth = 4;
const mirrored = ['raid1', 'mirror'];

/**
 * Gives the bytes of a volume. `devices` has the physical volumes that are at hand, by their UUID. Linear, striped and mirrored ones are read; of a
 * mirror its first side.
 */
export function logicalBytes(
  group: VolumeGroup,
  volume: LogicalVolume,
  devices: ReadonlyMap<string, ByteSource>,
  depth = 0,
): LogicalBytes {
  const stretches: Stretch[] = [];
  let end = 0;
  for (const segment of volume.segments) {
    if (segment.start !== end) return { why: `its segments have a gap at extent ${end}` };
    end += segment.count;
    const stretch = stretchOf(group, segment, devices, depth);
    if (typeof stretch === 'string') return { why: stretch };
    stretches.push(stretch);
  }
  return { bytes: { size: volume.size, readInto: (target, at) => readStretches(stretches, volume.size, target, at) } };
}

function stretchOf(
  group: VolumeGroup,
  segment: Segment,
  devices: ReadonlyMap<string, ByteSource>,
  depth: number,
): Stretch | string {
  const span = { start: segment.start * group.extentSize, length: segment.count * group.extentSize };
  if (segment.type === 'zero') return { ...span, areas: [], stripeSize: 0 };
  const isMirror = mirrored.includes(segment.type);
  if (segment.type !== 'striped' && !isMirror) return `volumes of type ${segment.type} are named, and not read`;
  if (segment.areas.length === 0) return 'its segment has no areas';
  if (segment.areas.length > 1 && !isMirror && (segment.stripeSize === 0 || segment.count % segment.areas.length !== 0))
    return 'its stripes do not come out even';
  const sides = segment.areas.map(area => areaOf(group, area, devices, depth));
  if (isMirror) {
    const side = sides.find(one => typeof one !== 'string');
    if (side !== undefined) return { ...span, areas: [side], stripeSize: 0 };
    return sides.find(one => typeof one === 'string') ?? '';
  }
  const areas: Exclude<(typeof sides)[number], string>[] = [];
  for (const side of sides) {
    if (typeof side === 'string') return side;
    areas.push(side);
  }
  return { ...span, areas, stripeSize: areas.length > 1 ? segment.stripeSize : 0 };
}

function areaOf(
  group: VolumeGroup,
  area: Segment['areas'][number],
  devices: ReadonlyMap<string, ByteSource>,
  depth: number,
): { readonly bytes: ByteSource; readonly start: number } | string {
  const device = group.physical.find(one => one.name === area.name);
  if (device !== undefined) {
    const bytes = devices.get(device.uuid);
    if (bytes === undefined) return `physical volume ${device.uuid} is not here`;
    return { bytes, start: device.start + area.extent * group.extentSize };
  }
  const volume = group.logical.find(one => one.name === area.name);
  if (volume === undefined) return `its part ${area.name} is not in the group`;
  if (depth >= mostDepth) return 'it is made of volumes of volumes without end';
  const inner = logicalBytes(group, volume, devices, depth + 1);
  return 'why' in inner ? `${area.name}: ${inner.why}` : { bytes: inner.bytes, start: area.extent * group.extentSize };
}

function readStretches(stretches: readonly Stretch[], size: number, target: Uint8Array, at: number): number {
  const wanted = Math.max(0, Math.min(target.length, size - at));
  let done = 0;
  while (done < wanted) {
    const stretch = stretchAt(stretches, at + done);
    if (stretch === undefined) break;
    const within = at + done - stretch.start;
    const { index, place, room } = placeIn(stretch, within);
    const piece = target.subarray(done, done + Math.min(wanted - done, room));
    const area = stretch.areas[index];
    if (area === undefined) piece.fill(0);
    else {
      const count = area.bytes.readInto(piece, area.start + place);
      if (count < piece.length) return done + count;
    }
    done += piece.length;
  }
  return done;
}

/** Which area a byte of a stretch is in, where in it, and how many bytes follow there. */
function placeIn(
  { areas, stripeSize, length }: Stretch,
  within: number,
): { index: number; place: number; room: number } {
  if (stripeSize === 0) return { index: 0, place: within, room: length - within };
  const stripe = Math.floor(within / stripeSize);
  const rest = within % stripeSize;
  return {
    index: stripe % areas.length,
    place: Math.floor(stripe / areas.length) * stripeSize + rest,
    room: stripeSize - rest,
  };
}

function stretchAt(stretches: readonly Stretch[], at: number): Stretch | undefined {
  let [low, high] = [0, stretches.length - 1];
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((stretches[middle]?.start ?? 0) <= at) low = middle;
    else high = middle - 1;
  }
  const found = stretches[low];
  return found !== undefined && at < found.start + found.length ? found : undefined;
}
