import { hugePages } from '#collect/host/huge-pages';
import { ksm } from '#collect/host/ksm';
import { ksmdLoad } from '#collect/host/ksmd-load';
import { cgroupSwappiness, cgroupVersion } from '#collect/host/memory-cgroup';
import { memorySizes } from '#collect/host/memory-sizes';
import { pageSize } from '#collect/host/page-size';
import { swaps } from '#collect/host/swaps';
import { runningThp } from '#collect/host/thp';
import { thpAtBootReading } from '#collect/host/thp-at-boot';
import type { ReadingsOf } from '#collect/reading';
import type { BootFacts } from '#model/derived/thp-at-boot';
import type { Memory } from '#model/memory';

/** Takes the readings of what writes knobs at boot; gives those of the host's memory. */
export const memoryReadings = (boot: ReadingsOf<BootFacts>): ReadingsOf<Memory> => ({
  ...memorySizes,
  pageSize,
  hugePages,
  thp: { ...runningThp, atBoot: thpAtBootReading(boot) },
  ksm,
  ksmdLoad,
  swaps,
  cgroupSwappiness,
  cgroupVersion,
});
