import { CpuSet } from '#units/cpu-set';

/** What a program says of a machine: quantity → value, both as text, so that any two answers can be laid side by side. */
export type Answer = ReadonlyMap<string, string>;

/** Prints a partition of CPUs: its parts in the order of their first CPU. */
export function printParts(keys: ReadonlyMap<number, string | number | undefined>): string {
  const parts = new Map<string | number, number[]>();
  for (const [cpu, key] of [...keys].sort(([a], [b]) => a - b)) {
    if (key === undefined) continue;
    const part = parts.get(key) ?? [];
    parts.set(key, part);
    part.push(cpu);
  }
  return [...parts.values()].map(part => CpuSet.of(part).toString()).join(' ');
}

/** Prints one id a CPU: `0:0 1:0 2:1`; CPUs without one are left out. */
export const printIds = (ids: ReadonlyMap<number, number | undefined>): string =>
  [...ids]
    .sort(([a], [b]) => a - b)
    .filter(([, id]) => id !== undefined)
    .map(([cpu, id]) => `${cpu}:${id}`)
    .join(' ');

/** Gives the quantities of `expected` that `found` says otherwise, with both. */
export const differences = (found: Answer, expected: Answer): ReadonlyMap<string, string> =>
  new Map(
    [...expected]
      .filter(([quantity, value]) => found.get(quantity) !== value)
      .map(([quantity, value]) => [quantity, `${found.get(quantity) ?? 'nothing'} ≠ ${value}`]),
  );
