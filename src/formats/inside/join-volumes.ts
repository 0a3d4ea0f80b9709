import {
  type Findings,
  isTooMuch,
  type LvmMember,
  type NewPlace,
  type OpenPlace,
  openPlace,
} from '#formats/inside/open-place';
import type { FoundGroup } from '#formats/inside/place';
import { logicalBytes } from '#formats/volume/lvm/logical-bytes';
import type { LogicalVolume, VolumeGroup } from '#formats/volume/lvm/volume-group';
import { arrayBytes } from '#formats/volume/md/array-bytes';
import type { MdMember } from '#formats/volume/md/md-member';
import type { ByteSource } from '#units/byte-source';

/** Volumes in volumes deeper than this are no disk's but someone's trap. */
const mostDepth = 6;

/**
 * Puts arrays and volumes together from the members found, looks into them, and goes on with the members found there. Gives the groups of
 * volumes.
 */
export function joinVolumes(findings: Findings): readonly FoundGroup[] {
  const groups = new Map<string, FoundGroup>();
  const seen = new Set<string>();
  for (let round = 0; round < mostDepth; round += 1) {
    // what a volume holds may be a member of what was put together before: all members count each time
    const before = findings.members.length;
    joinArrays(findings, seen);
    joinGroups(findings, seen, groups);
    if (findings.members.length === before && round > 0) break;
  }
  return [...groups.values()];
}

function joinArrays(findings: Findings, seen: Set<string>): void {
  const members = findings.members.filter(one => one.kind === 'md');
  for (const [uuid, own] of grouped(members, one => one.member.uuid ?? 'none')) {
    const [first] = own;
    if (first === undefined || seen.has(`md ${uuid}`)) continue;
    seen.add(`md ${uuid}`);
    const found = arrayBytes(own.flatMap(({ place, member }) => withBytes(place, bytes => ({ member, bytes }))));
    if ('why' in found) first.place.faults.push(`the array cannot be read: ${found.why}`);
    else addInside(first.place, { kind: 'array', name: arrayName(first.member, uuid), bytes: found.bytes }, findings);
  }
}

const arrayName = (member: MdMember, uuid: string): string => `array ${member.name ?? uuid}`;

function joinGroups(findings: Findings, seen: Set<string>, groups: Map<string, FoundGroup>): void {
  const members = findings.members.filter(one => one.kind === 'lvm');
  const devices = new Map<string, ByteSource>();
  for (const { place, label } of members) {
    const other = devices.get(label.uuid);
    const bytes = place.place.bytes;
    if (other !== undefined && other !== bytes)
      note(place, `another device has the same physical volume ${label.uuid}`);
    else if (bytes !== undefined) devices.set(label.uuid, bytes);
  }
  const newest = new Map<string, VolumeGroup>();
  for (const { place, read } of members) {
    const { group, faults } = read;
    for (const fault of faults) note(place, fault);
    if (group === undefined) continue;
    place.group = group.name;
    if (group.sequence > (newest.get(group.uuid)?.sequence ?? -1)) newest.set(group.uuid, group);
  }
  // a physical volume need not hold a description; its group's tells of it
  for (const group of newest.values()) {
    const own = members.filter(({ label }) => group.physical.some(one => one.uuid === label.uuid));
    for (const { place } of own) place.group ??= group.name;
    const missing = group.physical.filter(one => !devices.has(one.uuid)).map(one => one.uuid);
    groups.set(group.uuid, { group, missing });
    for (const volume of group.logical)
      if (volume.isVisible && !seen.has(`lv ${group.uuid} ${volume.name}`)) {
        seen.add(`lv ${group.uuid} ${volume.name}`);
        addVolume(group, volume, own, devices, findings);
      }
  }
}

/** Puts a volume into the place where it begins. */
function addVolume(
  group: VolumeGroup,
  volume: LogicalVolume,
  members: readonly LvmMember[],
  devices: ReadonlyMap<string, ByteSource>,
  findings: Findings,
): void {
  const begin = group.physical.find(one => one.name === volume.segments[0]?.areas[0]?.name)?.uuid;
  const home = members.find(one => one.label.uuid === begin) ?? members[0];
  if (home === undefined) return;
  const logical = { group: group.name, name: volume.name, uuid: volume.uuid };
  const known = { kind: 'volume' as const, name: `${group.name}/${volume.name}`, logical };
  const found = logicalBytes(group, volume, devices);
  if ('bytes' in found) addInside(home.place, { ...known, bytes: found.bytes }, findings);
  else home.place.inside.push(unread(home.place, known, volume.size, `it cannot be read: ${found.why}`));
}

function addInside(place: OpenPlace, known: Omit<NewPlace, 'disk'>, findings: Findings): void {
  if (!isTooMuch(place, findings)) place.inside.push(openPlace({ ...known, disk: place.place.disk }, findings));
}

function unread(
  around: OpenPlace,
  known: Pick<OpenPlace['place'], 'kind' | 'name' | 'logical'>,
  size: number,
  why: string,
): OpenPlace {
  const { disk } = around.place;
  const nothing = { start: undefined, partition: undefined, content: undefined, table: undefined, bytes: undefined };
  return {
    place: { ...known, ...nothing, size, disk, also: [] },
    faults: [why],
    inside: [],
    group: undefined,
  };
}

function note(place: OpenPlace, fault: string): void {
  if (!place.faults.includes(fault)) place.faults.push(fault);
}

const withBytes = <T>(place: OpenPlace, make: (bytes: ByteSource) => T): readonly T[] =>
  place.place.bytes === undefined ? [] : [make(place.place.bytes)];

function grouped<T>(all: readonly T[], keyOf: (one: T) => string): ReadonlyMap<string, readonly T[]> {
  const found = new Map<string, T[]>();
  for (const one of all) {
    const key = keyOf(one);
    found.set(key, [...(found.get(key) ?? []), one]);
  }
  return found;
}
