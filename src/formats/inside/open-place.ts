import { ImageFault } from '#formats/disk/image-fault';
import type { Content } from '#formats/inside/content';
import { identifyContent } from '#formats/inside/identify-content';
import { type Look, lookAt } from '#formats/inside/look';
import type { Place } from '#formats/inside/place';
import { sizeFaults } from '#formats/inside/size-faults';
import { sliceBytes } from '#formats/inside/slice-bytes';
import type { Partition, PartitionTable } from '#formats/partition/partition-table';
import { readPartitionTable } from '#formats/partition/read-partition-table';
import { type PvLabel, readPvLabel } from '#formats/volume/lvm/pv-label';
import { type GroupRead, readGroup } from '#formats/volume/lvm/read-group';
import { type MdMember, readMdMember } from '#formats/volume/md/md-member';
import type { ByteSource } from '#units/byte-source';

/** More places than these are no disk's but someone's trap. */
const mostPlaces = 2048;

/** How disks are described. */
export interface DescribeOptions {
  /** Bytes of a sector where no table tells: 512 but for disks that are known to be otherwise. */
  readonly sectorSize?: number;
}

/** A place that is being described: volumes and arrays are put into it once all their members are known. */
export interface OpenPlace {
  readonly place: Omit<Place, 'inside' | 'group' | 'faults'>;
  readonly faults: string[];
  readonly inside: OpenPlace[];
  group: string | undefined;
}

/** What a description has found so far. */
export interface Findings {
  readonly members: VolumeMember[];
  readonly options: DescribeOptions;
  places: number;
}

/** A place that is part of a group of volumes or of an array. */
export type VolumeMember = LvmMember | ArrayMember;

export interface LvmMember {
  readonly kind: 'lvm';
  readonly place: OpenPlace;
  readonly label: PvLabel;
  readonly read: GroupRead;
}

interface ArrayMember {
  readonly kind: 'md';
  readonly place: OpenPlace;
  readonly member: MdMember;
}

/** What is known of a place before it is looked at. */
export interface NewPlace {
  readonly kind: Place['kind'];
  readonly name: string;
  readonly bytes: ByteSource;
  readonly disk: number;
  readonly partition?: Partition | undefined;
  readonly logical?: Place['logical'];
}

/** Looks at a place and at the partitions in it. */
export function openPlace(known: NewPlace, findings: Findings): OpenPlace {
  findings.places += 1;
  const faults: string[] = [];
  const look = lookAt(known.bytes);
  const table =
    known.kind === 'partition'
      ? undefined
      : guarded(faults, () => readPartitionTable(look, findings.options.sectorSize));
  const isHolder = known.partition?.role === 'extended';
  const found = isHolder ? undefined : guarded(faults, () => identifyContent(look));
  const isOfPartition = found !== undefined && table !== undefined && liesInPartition(found.content, table);
  const content = isOfPartition ? undefined : found?.content;
  const also = isOfPartition ? [] : (found?.also ?? []);
  const isMember = content?.usage === 'raid' && !mayShowParts(content);
  const place: OpenPlace = {
    place: {
      kind: known.kind,
      name: known.name,
      size: known.bytes.size,
      disk: known.disk,
      start: known.partition?.start,
      partition: known.partition,
      logical: known.logical,
      content,
      also,
      table: isMember ? undefined : table,
      bytes: known.bytes,
    },
    faults,
    inside: [],
    group: undefined,
  };
  if (also.length > 0)
    faults.push(`it could be taken for ${also.map(other => other.type).join(', ')} as well: marks of both are there`);
  faults.push(...sizeFaults(known, content));
  if (content !== undefined) guarded(faults, () => noteMember(place, look, content, findings));
  if (place.place.table !== undefined) addPartitions(place, place.place.table, findings);
  return place;
}

function addPartitions(place: OpenPlace, table: PartitionTable, findings: Findings): void {
  const { bytes, name, kind, disk } = place.place;
  for (const partition of table.partitions) {
    if (bytes === undefined || partition.start >= bytes.size) continue;
    if (isTooMuch(place, findings)) return;
    const prefix = kind === 'disk' ? diskPrefix(disk) : `${name}, partition `;
    const part = sliceBytes(bytes, partition.start, partition.length);
    const known = { kind: 'partition' as const, name: `${prefix}${partition.number}`, bytes: part, disk, partition };
    place.inside.push(openPlace(known, findings));
  }
}

/** What the names of a disk and its partitions begin with: nothing of the first. */
export const diskPrefix = (disk: number): string => (disk === 0 ? '' : `${disk + 1}:`);

/** Remembers members of arrays and groups until all are known. */
function noteMember(place: OpenPlace, look: Look, content: Content, findings: Findings): void {
  if (content.type === 'LVM2_member') {
    const label = readPvLabel(look);
    if (label !== undefined) findings.members.push({ kind: 'lvm', place, label, read: readGroup(look, label) });
  } else if (content.type === 'linux_raid_member') {
    const member = readMdMember(look);
    if (member !== undefined) findings.members.push({ kind: 'md', place, member });
  }
}

/** What stands at the end of the last partition stands at the end of the disk as well: it belongs to the partition. */
function liesInPartition(content: Content, table: PartitionTable): boolean {
  const isAtEnd = content.usage === 'raid' && content.at > 0;
  return isAtEnd && table.partitions.some(one => one.start <= content.at && content.at < one.start + one.length);
}

/** Arrays of controllers mirror disks as they are: partitions are seen through them. */
const mayShowParts = (content: Content): boolean =>
  content.type.endsWith('_raid_member') && content.type !== 'linux_raid_member';

/** Does something; a fault of the image, or of the reader, is told instead. */
function guarded<T>(faults: string[], read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof ImageFault)) throw error;
    if (!faults.includes(error.message)) faults.push(error.message);
    return undefined;
  }
}

/** Whether no more places are looked at; then that is told as a fault. */
export function isTooMuch(place: OpenPlace, findings: Findings): boolean {
  if (findings.places < mostPlaces) return false;
  const says = `more than ${mostPlaces} places: the rest is left out`;
  if (!place.faults.includes(says)) place.faults.push(says);
  return true;
}
