import { lackOf } from '#collect/file-facts';
import { mountReadings } from '#collect/host/mounts';
import type { Reading } from '#collect/reading';
import { mountOf } from '#model/derived/mount-of';
import { type Evidence, known } from '#model/known';
import type { FileSystem } from '#model/mount';
import { bytes, printBytes } from '#units/bytes';

/**
 * Room in the file systems that hold some paths (guests' images, pools' targets): one entry a mount point, for the first path in it.
 * A path that is not there is left out; unknown where none could be asked.
 */
export const roomReading = (paths: readonly string[]): Reading<readonly FileSystem[]> => ({
  says: "room in the file systems of guests' images",
  ways: [...mountReadings.mounts.ways, ...paths.map(file => ({ file }))],
  read(sources) {
    const mounts = mountReadings.mounts.read(sources);
    if (mounts.state !== 'known') return mounts;
    const found = new Map<string, FileSystem>();
    const evidence: Evidence[] = [];
    let lack: ReturnType<typeof lackOf> | undefined;
    for (const path of new Set(paths)) {
      const mount = mountOf(path, mounts.value);
      if (mount === undefined || found.has(mount.target)) continue;
      const room = sources.files.room(path);
      if (room.outcome !== 'ok') {
        if (room.outcome !== 'absent') lack ??= lackOf(room, path);
        continue;
      }
      const size = bytes(room.value.size);
      const free = bytes(room.value.free);
      found.set(mount.target, { path, target: mount.target, type: mount.type, size, free });
      evidence.push({ from: `statfs ${path}`, value: `${printBytes(free)} free of ${printBytes(size)}` });
    }
    return found.size === 0 && lack !== undefined ? lack : known([...found.values()], ...evidence);
  },
});
