import type { Kernel } from '#model/kernel';
import { absent, type Known, known } from '#model/known';

/** The last write that tmpfiles.d or a start-up script makes to a file of /sys or /proc at boot. */
export interface WriteAtBoot {
  /** Undefined where the script was not understood. */
  readonly value: string | undefined;
  /** `FILE:LINE`. */
  readonly owner: string;
}

/** Gives the write to a path that holds after boot: scripts run after systemd-tmpfiles. Absent where nothing writes to it. */
export function writtenAtBoot(kernel: Kernel, path: string): Known<WriteAtBoot> {
  for (const writes of [kernel.bootWrites, kernel.tmpfiles]) {
    if (writes.state === 'unknown') return writes;
    if (writes.state === 'absent') continue;
    const last = writes.value.findLast(write => matchesGlob(write.path, path));
    if (last === undefined) continue;
    const owner = `${last.file}:${last.line}`;
    return known({ value: last.value?.trim(), owner }, { from: owner, value: `${last.value ?? '…'} > ${last.path}` });
  }
  return absent({ from: 'tmpfiles.d, start-up scripts', value: `nothing writes to ${path}` });
}

/** Whether a path matches a pattern of glob(7): `*`, `?` and `[…]` stand for characters of one name. Linear in the worst case of one star. */
export function matchesGlob(pattern: string, path: string): boolean {
  let at = 0;
  let star = -1;
  let retry = 0;
  let from = 0;
  while (at < path.length) {
    const end = stepEnd(pattern, from);
    if (pattern[from] === '*') {
      star = from++;
      retry = at;
    } else if (from < pattern.length && matchesOne(pattern.slice(from, end), path.charAt(at))) {
      from = end;
      at++;
    } else if (star >= 0 && path[retry] !== '/') {
      from = star + 1;
      at = ++retry;
    } else return false;
  }
  return /^\**$/.test(pattern.slice(from));
}

/** Where the element of the pattern that begins at `from` ends. */
function stepEnd(pattern: string, from: number): number {
  if (pattern[from] !== '[') return from + 1;
  const close = pattern.indexOf(']', from + 2);
  return close < 0 ? from + 1 : close + 1;
}

function matchesOne(element: string, letter: string): boolean {
  if (element === '?') return letter !== '/';
  if (element.length < 3) return element === letter;
  const isNegated = element[1] === '!' || element[1] === '^';
  const set = element.slice(isNegated ? 2 : 1, -1);
  let isIn = false;
  for (let at = 0; at < set.length; at++) {
    const isRange = set[at + 1] === '-' && at + 2 < set.length;
    const last = isRange ? set.charAt(at + 2) : set.charAt(at);
    if (letter >= set.charAt(at) && letter <= last) isIn = true;
    if (isRange) at += 2;
  }
  return letter !== '/' && isIn !== isNegated;
}
