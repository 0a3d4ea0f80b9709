import type { Change } from '#change/change';
import { setKernelCommandLine } from '#change/kinds/kernel-command-line';
import { setSysfs } from '#change/kinds/sysfs';
import { isEditedPlace } from '#change/recipes/command-line-words';
import type { KernelParameter } from '#model/kernel';
import type { BootSetting } from '#model/memory';

const path = '/sys/kernel/mm/transparent_hugepage/enabled';
const word = 'transparent_hugepage';

/** What decides at the next boot, as far as it was read. */
export interface ThpBoot {
  readonly atBoot: BootSetting | undefined;
  /** The words that the boot loader will pass. */
  readonly words: readonly KernelParameter[] | undefined;
}

/** The changes, and what a person must do where another owner than ours decides at boot. */
export interface ThpChanges {
  readonly fix: readonly Change[];
  readonly otherwise?: string;
}

/**
 * Sets when transparent huge pages are used, now and at boot, with one owner only: where the command line, a tuned profile or a file
 * sets it already, that one is changed rather than a second one added. Takes effect for later page faults and khugepaged.
 */
export function setThp(before: string, after: string, { atBoot, words }: ThpBoot): ThpChanges {
  const [running, stored] = setSysfs(path, before, after);
  const now = before === after ? [] : [running];
  if (atBoot?.value === after) return { fix: now };
  const said = words?.findLast(({ name }) => name === word);
  const isOnLine =
    said !== undefined && (said.place === undefined || atBoot?.owner === `${said.place.file}:${said.place.line}`);
  if (isOnLine && said.variable !== undefined && isEditedPlace(said.variable))
    return { fix: [...now, setKernelCommandLine(said.variable, [`${word}=${said.value}`], [`${word}=${after}`])] };
  const isFree = atBoot === undefined || /configuration$|^\/etc\/tmpfiles\.d\/nearmetal\.conf/.test(atBoot.owner);
  if (isFree && !isOnLine) return { fix: [...now, stored] };
  return {
    fix: now,
    otherwise: `Set it to ${after} for the next boot where it is set now: ${atBoot?.owner ?? 'the kernel command line'}.`,
  };
}
