import { compareNaturally } from '#units/natural-order';

/** Systems by the part of their libosinfo id before the version, and the first version that has something. */
export type FirstVersions = readonly (readonly [system: string, version: string])[];

/** Takes a libosinfo id; gives whether it is of a system that the table knows, in a version before the first. `unknown`, `rawhide` and the like are new. */
export function isOlderThan(osId: string, first: FirstVersions): boolean {
  const known = first.find(([system]) => osId.includes(`//${system}`));
  if (known === undefined) return false;
  const [system, version] = known;
  const own = osId.slice(osId.indexOf(system) + system.length);
  return /^\.?\d/.test(own) && compareNaturally(own, version) < 0;
}
