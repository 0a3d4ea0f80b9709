import type { Stall } from '#model/kernel';

const some = /^some avg10=(\d{1,3}\.\d{2}) avg60=(\d{1,3}\.\d{2}) avg300=(\d{1,3}\.\d{2}) total=\d{1,20}$/m;

/**
 * Reads /proc/pressure/{cpu,memory,io} (linux: accounting/psi.rst): shares of time, in percent, in which some task waited. Gives
 * undefined where the line `some` is missing or has another form.
 */
export function parsePressure(text: string): Stall | undefined {
  const match = some.exec(text);
  if (match === null) return undefined;
  return { some10: Number(match[1]), some60: Number(match[2]), some300: Number(match[3]) };
}
