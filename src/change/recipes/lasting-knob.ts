import type { Change } from '#change/change';
import { setSysfs, tmpfilesFile } from '#change/kinds/sysfs';
import type { KnobAtBoot } from '#model/derived/knob-at-boot';

/** The changes, and what a person must do where another file than ours decides at boot. */
export interface KnobChanges {
  readonly fix: readonly Change[];
  readonly otherwise?: string;
}

/**
 * Brings a file of /sys to a value now and at each boot: where another line of tmpfiles.d, a script or tuned would win over our line, that
 * one is named instead.
 */
export function makeKnobLast(path: string, running: string, after: string, boot: KnobAtBoot | undefined): KnobChanges {
  const [live, stored] = setSysfs(path, running, after, boot?.file === tmpfilesFile ? boot.value : undefined);
  const now = running === after ? [] : [live];
  if (boot?.value === after) return { fix: now };
  if (boot !== undefined && winsOverLine(boot))
    return { fix: now, otherwise: `Set ${path} to ${after} in ${boot.owner}, which decides at boot.` };
  return { fix: [...now, stored] };
}

/** Of plain lines for one path the first counts, and systemd-tmpfiles takes the files by name; patterns come after them all. */
export const winsOverLine = ({ file, by, isPattern }: Pick<KnobAtBoot, 'file' | 'by' | 'isPattern'>): boolean => {
  if (by === 'write' && file === tmpfilesFile) return false;
  const isTmpfiles = by === 'write' && /\/tmpfiles\.d\/[^/]+$/.test(file);
  const name = (path: string): string => path.slice(path.lastIndexOf('/') + 1);
  return !isTmpfiles || isPattern || name(file) < name(tmpfilesFile);
};
