import { lvmUuid } from '#formats/volume/lvm/pv-label';

/** A volume group as it is known on a host or in an image. */
export interface NamedGroup {
  readonly name: string;
  readonly uuid: string;
}

/** A volume group in an image that cannot be used beside one of the host. */
export interface GroupClash {
  readonly name: string;
  readonly uuid: string;
  /** Same UUID: one is a copy of the other, and LVM refuses both. Same name alone: one has to be renamed before both can be active. */
  readonly kind: 'same-uuid' | 'same-name';
}

/** Finds groups of an image that clash with those of the host (guide, 5.3.3). UUIDs are compared without their hyphens. */
export function groupClashes(inside: readonly NamedGroup[], onHost: readonly NamedGroup[]): readonly GroupClash[] {
  const bare = (uuid: string): string => uuid.replaceAll('-', '');
  return inside.flatMap(({ name, uuid }): readonly GroupClash[] => {
    if (onHost.some(other => bare(other.uuid) === bare(uuid))) return [{ name, uuid, kind: 'same-uuid' }];
    return onHost.some(other => other.name === name) ? [{ name, uuid, kind: 'same-name' }] : [];
  });
}

/**
 * Gives the group that a device of device-mapper belongs to, from its name (`vg-lv`, hyphens in names doubled) and UUID (`LVM-`, then 32 letters of the
 * group's and 32 of the volume's); undefined where it is none of LVM.
 */
export function groupOfMapped(name: string, uuid: string): NamedGroup | undefined {
  const letters = /^LVM-(\w{32})\w{32}/.exec(uuid)?.[1];
  const group = /^((?:[^-]|--)+)-(?!-)/.exec(name)?.[1]?.replaceAll('--', '-');
  return letters === undefined || group === undefined ? undefined : { name: group, uuid: lvmUuid(letters) };
}
