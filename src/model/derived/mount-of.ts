import type { Mount } from '#model/mount';

/** The mount that holds a path: of the longest target above it the one mounted last. */
export function mountOf(path: string, mounts: readonly Mount[]): Mount | undefined {
  let best: Mount | undefined;
  for (const mount of mounts) {
    const { target } = mount;
    const holds = target === '/' || (path.startsWith(target) && (path[target.length] ?? '/') === '/');
    if (holds && target.length >= (best?.target.length ?? 0)) best = mount;
  }
  return best;
}
