import {
  MetadataFault,
  type MetadataSection,
  type MetadataValue,
  parseMetadata,
} from '#formats/volume/lvm/metadata-text';
import type { LogicalVolume, PhysicalVolume, Segment, VolumeGroup } from '#formats/volume/lvm/volume-group';

const sector = 512;

/** Parses the metadata of a volume group (lib/format_text/import_vsn1.c of LVM2). Throws MetadataFault. */
export function parseGroup(text: string): VolumeGroup {
  const top = parseMetadata(text);
  const found = [...top].find(([, value]) => sectionOf(value)?.has('extent_size') === true);
  const section = found === undefined ? undefined : sectionOf(found[1]);
  if (found === undefined || section === undefined) throw new MetadataFault('there is no volume group', 0);
  const extentSize = count(section, 'extent_size') * sector;
  if (extentSize === 0) throw new MetadataFault('its extents have no size', 0);
  const physical = childrenOf(section, 'physical_volumes').map(([name, one]) => physicalOf(name, one));
  const logical = childrenOf(section, 'logical_volumes').map(([name, one]) => logicalOf(name, one, extentSize));
  const names = new Set(physical.map(one => one.name));
  const extents = physical.reduce((sum, one) => sum + one.extents, 0);
  const used = logical.flatMap(one => one.segments).reduce((sum, one) => sum + usedOf(one, names), 0);
  return {
    name: found[0],
    uuid: word(section, 'id') ?? '',
    sequence: count(section, 'seqno'),
    extentSize,
    physical,
    logical,
    size: extents * extentSize,
    free: Math.max(0, extents - used) * extentSize,
    tags: words(section, 'tags'),
  };
}

function physicalOf(name: string, section: MetadataSection): PhysicalVolume {
  return {
    name,
    uuid: word(section, 'id') ?? '',
    device: word(section, 'device'),
    start: count(section, 'pe_start') * sector,
    extents: count(section, 'pe_count'),
    isMissing: words(section, 'flags').includes('MISSING') || words(section, 'status').includes('MISSING'),
  };
}

function logicalOf(name: string, section: MetadataSection, extentSize: number): LogicalVolume {
  const segments = [...section]
    .filter(([key]) => /^segment\d+$/.test(key))
    .flatMap(([, value]) => {
      const one = sectionOf(value);
      return one === undefined ? [] : [segmentOf(one)];
    });
  return {
    name,
    uuid: word(section, 'id') ?? '',
    isVisible: words(section, 'status').includes('VISIBLE'),
    size: segments.reduce((sum, one) => sum + one.count, 0) * extentSize,
    segments: segments.sort((one, other) => one.start - other.start),
    tags: words(section, 'tags'),
  };
}

function segmentOf(section: MetadataSection): Segment {
  const type = word(section, 'type') ?? '?';
  return {
    start: count(section, 'start_extent'),
    count: count(section, 'extent_count'),
    // what follows a plus sign are features
    type: type.split('+')[0] ?? type,
    stripeSize: count(section, 'stripe_size') * sector,
    areas: areasOf(section),
  };
}

/** Names with their extents; of RAID pairs of a volume for metadata and one for data, of which the latter counts. */
function areasOf(section: MetadataSection): Segment['areas'] {
  const raids = listOf(section, 'raids').filter(one => typeof one === 'string');
  const extent = count(section, 'start_extent');
  if (raids.length > 0) return raids.flatMap((name, index) => (index % 2 === 1 ? [{ name, extent }] : []));
  const list = [...listOf(section, 'stripes'), ...listOf(section, 'mirrors')];
  const areas: { name: string; extent: number }[] = [];
  for (let index = 0; index + 1 < list.length; index += 2) {
    const [name, extent] = [list[index], list[index + 1]];
    if (typeof name === 'string' && isCount(extent)) areas.push({ name, extent });
  }
  return areas;
}

/** Extents of devices that a segment takes. */
const usedOf = (segment: Segment, physical: ReadonlySet<string>): number => {
  const own = segment.areas.filter(area => physical.has(area.name)).length;
  return own === 0 ? 0 : (segment.count / segment.areas.length) * own;
};

const sectionOf = (value: MetadataValue | undefined): MetadataSection | undefined =>
  value instanceof Map ? value : undefined;

function childrenOf(section: MetadataSection, name: string): readonly (readonly [string, MetadataSection])[] {
  return [...(sectionOf(section.get(name)) ?? [])].flatMap(([key, value]) => {
    const one = sectionOf(value);
    return one === undefined ? [] : [[key, one] as const];
  });
}

const isCount = (value: unknown): value is number =>
  typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;

function count(section: MetadataSection, name: string): number {
  const value = section.get(name) ?? 0;
  if (!isCount(value) || value > 2 ** 44) throw new MetadataFault(`${name} is no count`, 0);
  return value;
}

function word(section: MetadataSection, name: string): string | undefined {
  const value = section.get(name);
  return typeof value === 'string' ? value : undefined;
}

function listOf(section: MetadataSection, name: string): readonly (string | number)[] {
  const value = section.get(name);
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && 'length' in value ? value : [];
}

const words = (section: MetadataSection, name: string): readonly string[] =>
  listOf(section, name).filter(one => typeof one === 'string');
