import type { Mount } from '#model/mount';
import { oncePer } from '#model/once-per';

/** The mount that holds a path: of the longest target above it the one mounted last. */
export function mountOf(path: string, mounts: readonly Mount[]): Mount | undefined {
  const { targets, ofFolder } = toldOf(mounts);
  if (targets.has(path)) return findMount(path, mounts);
  const folder = path.slice(0, Math.max(1, path.lastIndexOf('/')));
  const there = ofFolder.get(folder);
  if (there !== undefined) return there;
  const found = findMount(folder, mounts);
  if (found !== undefined) ofFolder.set(folder, found);
  return found;
}

/** What lies in one folder and is no mount point itself has the folder's mount; several rules ask for hundreds of images. */
const toldOf = oncePer((mounts: readonly Mount[]) => ({
  targets: new Set(mounts.map(({ target }) => target)),
  ofFolder: new Map<string, Mount>(),
}));

function findMount(path: string, mounts: readonly Mount[]): Mount | undefined {
  let best: Mount | undefined;
  for (const mount of mounts) {
    const { target } = mount;
    const holds = target === '/' || (path.startsWith(target) && (path[target.length] ?? '/') === '/');
    if (holds && target.length >= (best?.target.length ?? 0)) best = mount;
  }
  return best;
}
