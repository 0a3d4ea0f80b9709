import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { groupOfMapped, type NamedGroup } from '#formats/volume/lvm/group-clashes';

/** Gives the volume groups of this host that have active volumes, from what the kernel says of mapped devices; no right is needed. */
export function hostVolumeGroups(root = '/sys/block'): readonly NamedGroup[] {
  const groups = new Map<string, NamedGroup>();
  for (const device of foldersIn(root)) {
    if (!device.startsWith('dm-')) continue;
    const [name, uuid] = ['name', 'uuid'].map(file => textOf(join(root, device, 'dm', file)));
    const group = name === undefined || uuid === undefined ? undefined : groupOfMapped(name, uuid);
    if (group !== undefined) groups.set(group.uuid, group);
  }
  return [...groups.values()];
}

function foldersIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    // no sysfs: nothing is known of the host
    return [];
  }
}

function textOf(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch {
    // the device went away
    return undefined;
  }
}
