import type { Kernel } from '#model/kernel';
import { absent, type Known, known } from '#model/known';
import { matchesGlob } from '#units/glob';

/** The last write that tmpfiles.d or a start-up script makes to a file of /sys or /proc at boot. */
export interface WriteAtBoot {
  /** Undefined where the script was not understood. */
  readonly value: string | undefined;
  /** `FILE:LINE`. */
  readonly owner: string;
  /** It names the path by wildcards. */
  readonly isPattern: boolean;
}

/** Gives the write to a path that holds after boot: scripts run after systemd-tmpfiles. Absent where nothing writes to it. */
export function writtenAtBoot(kernel: Kernel, path: string): Known<WriteAtBoot> {
  for (const writes of [kernel.bootWrites, kernel.tmpfiles]) {
    if (writes.state === 'unknown') return writes;
    if (writes.state === 'absent') continue;
    const last = writes.value.findLast(write => matchesGlob(write.path, path));
    if (last === undefined) continue;
    const owner = `${last.file}:${last.line}`;
    const isPattern = last.path !== path;
    return known(
      { value: last.value?.trim(), owner, isPattern },
      { from: owner, value: `${last.value ?? '…'} > ${last.path}` },
    );
  }
  return absent({ from: 'tmpfiles.d, start-up scripts', value: `nothing writes to ${path}` });
}
