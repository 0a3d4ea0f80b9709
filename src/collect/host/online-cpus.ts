import { folderNames, textIfThere } from '#collect/file-facts';
import type { Way } from '#collect/reading';
import type { Sources } from '#collect/sources';
import { parseCpuList } from '#formats/sys/cpu-list';
import { valueIfKnown } from '#model/known';

/** Where the kernel tells of CPUs: linux Documentation/ABI/testing/sysfs-devices-system-cpu. */
export const cpusFolder = '/sys/devices/system/cpu';

/** The files that `onlineCpus` and `presentCpus` look at. */
export const onlineWays: readonly Way[] = [{ file: `${cpusFolder}/online` }, { file: `${cpusFolder}/cpu*/online` }];

/** No kernel has more than 8,192 CPUs; a folder of a higher number is none of its. */
const highestId = 65_535;

/** Ids of the CPUs that are present, ascending; empty where the tree has none. */
export const presentCpus = (sources: Sources): readonly number[] =>
  (valueIfKnown(folderNames(sources, cpusFolder)) ?? [])
    .map(name => /^cpu(\d{1,5})$/.exec(name)?.[1])
    .filter(id => id !== undefined)
    .map(Number)
    .filter(id => id <= highestId)
    .sort((a, b) => a - b);

/**
 * Ids of the CPUs that are online, as a set with quick look-up: cpu/online, on old kernels cpu*\/online (a CPU that cannot be
 * taken offline has no such file). Undefined where the tree has no CPUs.
 */
export function onlineCpus(sources: Sources): ReadonlySet<number> | undefined {
  const list = parseCpuList(textIfThere(sources, `${cpusFolder}/online`) ?? '-');
  if (list !== undefined) return new Set(list);
  const present = presentCpus(sources);
  if (present.length === 0) return undefined;
  return new Set(present.filter(cpu => textIfThere(sources, `${cpusFolder}/cpu${cpu}/online`) !== '0'));
}
