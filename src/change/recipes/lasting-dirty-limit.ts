import { type DirtyLimit, type DirtyLimitName, setDirtyLimit } from '#change/kinds/dirty-limit';
import { sysctlDropIn } from '#change/kinds/sysctl';
import { type SysctlChanges, winsOverUs } from '#change/recipes/lasting-sysctl';
import type { SysctlAtBoot } from '#model/derived/sysctl-at-boot';

/** What sets the two names of a limit at boot. */
export interface DirtyLimitAtBoot {
  readonly bytes: SysctlAtBoot | undefined;
  readonly ratio: SysctlAtBoot | undefined;
}

/**
 * Brings a limit of dirty memory to a value now and keeps it over a reboot. A line for the other name of the pair that comes after ours
 * would undo it, so the owners of both are looked at.
 */
export function makeDirtyLimitLast(
  name: DirtyLimitName,
  running: DirtyLimit,
  after: DirtyLimit,
  { bytes, ratio }: DirtyLimitAtBoot,
): SysctlChanges {
  const owners = [bytes, ratio].filter(owner => owner !== undefined);
  const winner = owners.find(winsOverUs);
  const isOurs = (owner: SysctlAtBoot | undefined): owner is SysctlAtBoot => owner?.file === sysctlDropIn;
  const stored = isOurs(bytes)
    ? { bytes: Number(bytes.value) }
    : isOurs(ratio)
      ? { ratio: Number(ratio.value) }
      : undefined;
  const [live, kept] = setDirtyLimit(name, running, after, stored);
  if (winner === undefined) return { fix: [live, kept] };
  const wanted = 'bytes' in after ? `${name}_bytes = ${after.bytes}` : `${name}_ratio = ${after.ratio}`;
  return { fix: [live], otherwise: `Set ${wanted} in ${winner.owner}, which decides at boot.` };
}
