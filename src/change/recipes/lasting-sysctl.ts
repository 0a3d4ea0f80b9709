import type { Change } from '#change/change';
import { persistSysctl, setSysctl, sysctlDropIn, winsOverDropIn } from '#change/kinds/sysctl';
import type { SysctlAtBoot } from '#model/derived/sysctl-at-boot';

/** The changes, and what a person must do where another file than ours decides at boot. */
export interface SysctlChanges {
  readonly fix: readonly Change[];
  readonly otherwise?: string;
}

/**
 * Brings a sysctl to a value now and keeps it over a reboot, whoever sets it at boot today: where a file that comes after our drop-in,
 * tmpfiles.d, a script or a tuned that has the last word does, that one is named instead. Otherwise tuned's values yield to files in
 * /etc/sysctl.d.
 */
export function makeSysctlLast(
  name: string,
  running: string,
  after: string,
  boot: SysctlAtBoot | undefined,
): SysctlChanges {
  const now = running === after ? [] : [setSysctl(name, running, after)[0]];
  if (boot?.value === after) return { fix: now };
  if (boot !== undefined && winsOverUs(boot))
    return { fix: now, otherwise: `Set ${name} = ${after} in ${boot.owner}, which decides at boot.` };
  return { fix: [...now, persistSysctl(name, after, boot?.file === sysctlDropIn ? boot.value : undefined)] };
}

/** Whether what sets a sysctl at boot would go on to win over our drop-in. */
export const winsOverUs = ({ by, file, comesLast }: SysctlAtBoot): boolean =>
  comesLast || (by === 'sysctl' && winsOverDropIn(file ?? ''));
