/** Reads `xl info` (xl(1)): `name : value` lines. Names keep their case: `total_memory` (MiB), `xen_commandline`, `xen_version`. */
export function parseXlInfo(text: string): ReadonlyMap<string, string> {
  const values = new Map<string, string>();
  for (const line of text.split('\n')) {
    const match = /^([\w. ]{1,64}?)[ \t]*:(?:[ \t]+(.*))?$/.exec(line.slice(0, 16_384));
    if (match?.[1] !== undefined) values.set(match[1], (match[2] ?? '').trim());
  }
  return values;
}

/** Reads one row of `xl list` (xl(1)): name, id, memory in MiB, vCPUs, state, time. Gives undefined where the domain is not in it. */
export function parseXlList(
  text: string,
  id: number,
): { readonly name: string; readonly memoryMib: number } | undefined {
  for (const line of text.split('\n')) {
    const match = /^(\S.{0,255}?)[ \t]+(\d{1,6})[ \t]+(\d{1,12})[ \t]+(\d{1,6})[ \t]/.exec(line);
    if (match?.[1] !== undefined && Number(match[2]) === id) return { name: match[1], memoryMib: Number(match[3]) };
  }
  return undefined;
}
