import { writtenAtBoot } from '#model/derived/boot-write';
import type { Host } from '#model/host';
import { absent, type Known, known, unknown } from '#model/known';
import { matchesGlob } from '#units/glob';

/** The value that something writes to a file of /sys at boot, and who does. */
export interface KnobAtBoot {
  readonly value: string;
  /** `FILE:LINE`; of a profile of tuned with its name before it. */
  readonly owner: string;
  readonly file: string;
  readonly by: 'write' | 'tuned';
  /** Written by way of wildcards; systemd-tmpfiles does such lines after all plain ones. */
  readonly isPattern: boolean;
}

/**
 * Gives who writes a file of /sys last at boot: tmpfiles.d, then start-up scripts, then the `sysfs` sections of tuned's profile. Other
 * plugins of tuned have their own keys (model/derived/scheduler-at-boot, thp-at-boot). Absent where nobody does: the kernel's own value.
 */
export function knobAtBoot({ kernel, tuned }: Pick<Host, 'kernel' | 'tuned'>, path: string): Known<KnobAtBoot> {
  if (tuned.settings.state === 'unknown') return tuned.settings;
  const settings = tuned.settings.state === 'known' ? tuned.settings.value : [];
  const ofTuned = settings.findLast(({ plugin, key }) => plugin === 'sysfs' && matchesGlob(key, path));
  if (ofTuned !== undefined) {
    const { value, file, line, condition, key } = ofTuned;
    const owner = `tuned, ${file}:${line}`;
    if (condition !== undefined) return unknown(`whether ${owner} applies was not to be told (${condition})`);
    return known({ value: value.trim(), owner, file, by: 'tuned', isPattern: key !== path }, { from: owner, value });
  }
  const written = writtenAtBoot(kernel, path);
  if (written.state !== 'known') return written.state === 'unknown' ? written : absent(...written.evidence);
  const { value, owner, isPattern } = written.value;
  if (value === undefined) return unknown(`what ${owner} writes to ${path} was not understood`);
  return known({ value, owner, file: owner.replace(/:\d+$/, ''), by: 'write', isPattern }, ...written.evidence);
}
