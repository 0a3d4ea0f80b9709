import type { ImageCheck } from '#formats/disk/image-check';

/** What `qemu-img check --output=json` prints (its counts stand only where they are told, its faults only where there are some), and each damage. */
export function imageCheckJson(filename: string, format: string, check: ImageCheck): object {
  const counts: readonly (readonly [string, number | undefined])[] = [
    ['image-end-offset', check.imageEndOffset],
    ['total-clusters', check.totalClusters],
    ['allocated-clusters', check.allocatedClusters || undefined],
    ['fragmented-clusters', check.fragmentedClusters || undefined],
    ['compressed-clusters', check.compressedClusters || undefined],
    ['corruptions', check.corruptions || undefined],
    ['leaks', check.leaks || undefined],
  ];
  return {
    filename,
    format,
    'check-errors': check.checkErrors,
    ...Object.fromEntries(counts.filter(([, count]) => count !== undefined)),
    damages: check.damages,
  };
}
