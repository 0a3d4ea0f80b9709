/**
 * Reads /proc/PID/stat (man 5 proc_pid_stat) and gives fields 14 and 15, utime and stime, added: CPU time in ticks of USER_HZ, which
 * is 100 a second on every architecture that runs KVM today. The name in field 2 may hold blanks and brackets, so fields are counted
 * from the last `)`. Gives undefined for a text of another form.
 */
export function parseTaskTicks(text: string): number | undefined {
  const fields = text
    .slice(text.lastIndexOf(')') + 1)
    .trim()
    .split(/\s+/);
  const [user, system] = [fields[11] ?? '', fields[12] ?? ''];
  return /^\d{1,15}$/.test(user) && /^\d{1,15}$/.test(system) ? Number(user) + Number(system) : undefined;
}

/** Gives field 22 of /proc/PID/stat, starttime: ticks of USER_HZ after boot. Undefined for a text of another form. */
export function parseStartTicks(text: string): number | undefined {
  const start = text
    .slice(text.lastIndexOf(')') + 1)
    .trim()
    .split(/\s+/)[19];
  return start !== undefined && /^\d{1,15}$/.test(start) ? Number(start) : undefined;
}

/** Ticks of USER_HZ in one second. */
export const ticksPerSecond = 100;
