import { type Bytes, kib } from '#units/bytes';

/** What a memory summary tells, by field name. */
export interface Meminfo {
  /** Fields that carry `kB` (which is KiB there): `MemTotal`, `Hugetlb` … */
  readonly sizes: ReadonlyMap<string, Bytes>;
  /** Fields without a unit: `HugePages_Total` … */
  readonly counts: ReadonlyMap<string, number>;
}

/** Far more lines than any kernel writes. */
const mostLines = 1024;
const field = /^(?:Node\s+\d{1,5}\s+)?([^\s:]{1,64}):\s*(\d{1,15})(\s+kB)?\s*$/;

/**
 * Reads /proc/meminfo (linux: filesystems/proc.rst, “meminfo”) and /sys/devices/system/node/node*\/meminfo, whose lines begin with
 * `Node N`. Lines of another form are passed over: kernels add fields. Gives undefined where no line has the form.
 */
export function parseMeminfo(text: string): Meminfo | undefined {
  const sizes = new Map<string, Bytes>();
  const counts = new Map<string, number>();
  for (const line of text.split('\n', mostLines)) {
    const match = field.exec(line);
    if (match?.[1] === undefined) continue;
    const number = Number(match[2]);
    if (match[3] === undefined) counts.set(match[1], number);
    else if (Number.isSafeInteger(number * 1024)) sizes.set(match[1], kib(number));
  }
  return sizes.size + counts.size === 0 ? undefined : { sizes, counts };
}
