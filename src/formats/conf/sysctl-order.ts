import type { SysctlLine } from '#formats/conf/sysctl-file';
import { isGlob, matchesGlob } from '#units/glob';

/** A line that bears on a key, with the file it stands in. */
export interface SysctlOfFile<F> {
  readonly file: F;
  readonly line: number;
  readonly value: string;
}

/**
 * Gives the lines that set one key, in the order of the files, so that the last one is what systemd-sysctl leaves behind: a line that
 * names the key beats every line with wildcards that matches it, and `-key` takes the key out of those (sysctl.d(5); wildcards need
 * systemd 246). `key` is a path below /proc/sys.
 */
export function linesOfSysctl<F>(
  files: readonly { readonly file: F; readonly lines: readonly SysctlLine[] }[],
  key: string,
): readonly SysctlOfFile<F>[] {
  const named: SysctlOfFile<F>[] = [];
  const matched: SysctlOfFile<F>[] = [];
  let isNamed = false;
  for (const { file, lines } of files) {
    for (const { key: found, value, line } of lines) {
      if (found === key) {
        isNamed = true;
        if (value !== undefined) named.push({ file, line, value });
        // a later “-key” replaces an earlier “key = value”
        else named.length = 0;
      } else if (value !== undefined && isGlob(found) && matchesGlob(found, key)) {
        matched.push({ file, line, value });
      }
    }
  }
  return isNamed ? named : matched;
}
