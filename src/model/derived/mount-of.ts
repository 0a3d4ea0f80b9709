import type { Mount } from '#model/mount';
import { oncePer } from '#model/once-per';

/** The mount that holds a path: of the longest target above it the one mounted last. */
export function mountOf(path: string, mounts: readonly Mount[]): Mount | undefined {
  const told = toldOf(mounts);
  const there = told.get(path);
  if (there !== undefined) return there;
  const found = findMount(path, mounts);
  if (found !== undefined) told.set(path, found);
  return found;
}

/** Several rules ask for the same paths. */
const toldOf = oncePer((_: readonly Mount[]) => new Map<string, Mount>());

function findMount(path: string, mounts: readonly Mount[]): Mount | undefined {
  let best: Mount | undefined;
  for (const mount of mounts) {
    const { target } = mount;
    const holds = target === '/' || (path.startsWith(target) && (path[target.length] ?? '/') === '/');
    if (holds && target.length >= (best?.target.length ?? 0)) best = mount;
  }
  return best;
}
