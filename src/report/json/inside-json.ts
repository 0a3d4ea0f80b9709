import type { Content } from '#formats/inside/content';
import type { DiskDescription, FoundGroup, Place } from '#formats/inside/place';
import type { GroupClash } from '#formats/volume/lvm/group-clashes';

/** What stands on disks as JSON. Sizes and places in bytes; types in blkid's names; times as the tables count. */
export const insideJson = (
  images: readonly string[],
  { disks, groups }: DiskDescription,
  clashes: readonly GroupClash[],
  version: string,
): unknown => ({
  schema: 'nearmetal.image-inside/1',
  tool: { name: 'nearmetal', version },
  disks: disks.map((disk, index) => ({ image: images[index], ...placeJson(disk) })),
  volumeGroups: groups.map(groupJson),
  clashes,
});

function placeJson(place: Place): Record<string, unknown> {
  const { kind, name, size, start, partition, logical, content, also, table, group, faults, inside } = place;
  return {
    kind,
    name,
    size,
    ...(start !== undefined && { start }),
    ...(partition !== undefined && { partition: without(partition, ['start', 'length']) }),
    ...(logical !== undefined && { logical }),
    ...(table !== undefined && { table: without(table, ['partitions']) }),
    ...(content !== undefined && { content: contentJson(content) }),
    ...(also.length > 0 && { also: also.map(contentJson) }),
    ...(group !== undefined && { volumeGroup: group }),
    ...(faults.length > 0 && { faults }),
    ...(inside.length > 0 && { inside: inside.map(placeJson) }),
  };
}

const contentJson = (content: Content): Record<string, unknown> =>
  Object.fromEntries(Object.entries(content).filter(([, value]) => !isEmpty(value)));

const isEmpty = (value: unknown): boolean =>
  value === undefined || (Array.isArray(value) && value.length === 0) || isEmptyObject(value);

const isEmptyObject = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && Object.keys(value).length === 0;

const without = (value: object, names: readonly string[]): Record<string, unknown> =>
  Object.fromEntries(Object.entries(value).filter(([name, inner]) => !names.includes(name) && !isEmpty(inner)));

const groupJson = ({ group, missing }: FoundGroup): unknown => ({ ...group, missing });
