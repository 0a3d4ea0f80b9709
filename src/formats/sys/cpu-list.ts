import { CpuSet } from '#units/cpu-set';

/** Longest text of a list: 8,192 ids of five places with a comma each is less. */
const longest = 65_536;

/**
 * Reads a list file of CPUs or nodes (`cpu/online`, `topology/core_cpus_list`, `node*\/cpulist`; linux: lib/vsprintf.c, `%*pbl`):
 * `0-3,8`, ascending, empty for none. An unset nohz_full prints as `(null)`: none. Gives undefined for anything else.
 */
export function parseCpuList(text: string): CpuSet | undefined {
  const trimmed = withoutPadding(text);
  if (trimmed === '(null)') return CpuSet.of([]);
  return isAscending(trimmed) ? CpuSet.parse(trimmed) : undefined;
}

/** Reads a mask file of CPUs (`topology/thread_siblings`, `node*\/cpumap`; `%*pb`), the only form on old kernels. */
export const parseCpuMask = (text: string): CpuSet | undefined => CpuSet.parseMask(withoutPadding(text));

/** Some kernels end the text with a zero byte. */
const withoutPadding = (text: string): string => text.replaceAll('\0', '').trim();

/** Whether the ids ascend, as the kernel writes them: this also bounds the work of taking the list apart. */
function isAscending(list: string): boolean {
  if (list.length > longest) return false;
  if (list === '') return true;
  let last = -1;
  for (const part of list.split(',')) {
    const match = /^(\d{1,5})(?:-(\d{1,5}))?$/.exec(part);
    if (match === null) return false;
    const first = Number(match[1]);
    if (first <= last) return false;
    last = match[2] === undefined ? first : Number(match[2]);
  }
  return true;
}
