import { fileFact, folderNames, textIfThere } from '#collect/file-facts';
import type { Reading } from '#collect/reading';
import type { Sources } from '#collect/sources';
import { parseMounts } from '#formats/proc/mounts';
import { parseSwaps, type SwapLine } from '#formats/proc/swaps';
import { known, mapKnown, valueIfKnown } from '#model/known';
import type { SwapArea } from '#model/memory';
import type { Mount } from '#model/mount';

/** Active swap areas, and on what kind of device each is. A kernel without swap has no such file: then there is none. */
export const swaps: Reading<readonly SwapArea[]> = {
  says: 'active swap areas and their devices',
  ways: [
    { file: '/proc/swaps' },
    { file: '/proc/self/mounts' },
    { file: '/sys/block/*/*/partition' },
    { file: '/sys/block/*/dm/name' },
    { file: '/sys/block/*/queue/rotational' },
  ],
  read(sources) {
    const lines = fileFact(sources, '/proc/swaps', parseSwaps);
    if (lines.state === 'absent') return known([], ...lines.evidence);
    return mapKnown(lines, areas => {
      if (areas.length === 0) return [];
      const disks = valueIfKnown(folderNames(sources, '/sys/block')) ?? [];
      const mounts = areas.some(area => area.kind === 'file')
        ? parseMounts(textIfThere(sources, '/proc/self/mounts') ?? '')
        : [];
      return areas.map(area => onDevice(sources, area, mounts, disks));
    });
  },
};

function onDevice(sources: Sources, area: SwapLine, mounts: readonly Mount[], disks: readonly string[]): SwapArea {
  const device = area.kind === 'partition' ? area.path : sourceOf(area.path, mounts);
  const disk = device === undefined ? undefined : diskOf(sources, device, disks);
  const rotational = disk === undefined ? undefined : textIfThere(sources, `/sys/block/${disk}/queue/rotational`);
  return {
    ...area,
    isZram: /^(?:\/dev\/)?zram\d+$/.test(disk ?? area.path),
    isRotational: rotational === '0' ? false : rotational === '1' ? true : undefined,
  };
}

/** The source of the file system that holds a path: of the deepest mount point above it, and there of the last mount. */
function sourceOf(path: string, mounts: readonly Mount[]): string | undefined {
  let holder: Mount | undefined;
  for (const mount of mounts) {
    const isAbove = mount.target === '/' || path.startsWith(`${mount.target}/`);
    if (isAbove && mount.target.length >= (holder?.target.length ?? 0)) holder = mount;
  }
  return holder?.source;
}

/** The whole disk behind a device node: itself, the disk that has it as a partition, or the device-mapper device of that name. */
function diskOf(sources: Sources, device: string, disks: readonly string[]): string | undefined {
  const mapped = /^\/dev\/mapper\/([^/]{1,128})$/.exec(device)?.[1];
  if (mapped !== undefined)
    return disks.find(disk => disk.startsWith('dm-') && textIfThere(sources, `/sys/block/${disk}/dm/name`) === mapped);
  const name = /^\/dev\/([^/]{1,64})$/.exec(device)?.[1];
  if (name === undefined || disks.includes(name)) return name;
  return disks.find(
    disk => name.startsWith(disk) && textIfThere(sources, `/sys/block/${disk}/${name}/partition`) !== undefined,
  );
}
