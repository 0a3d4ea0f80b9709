/** Reads /proc/uptime (proc_uptime(5)): seconds since boot, those asleep included. Undefined for a text of another form. */
export function uptimeSeconds(text: string): number | undefined {
  const seconds = /^(\d{1,12}(?:\.\d{1,6})?) /.exec(text)?.[1];
  return seconds === undefined ? undefined : Number(seconds);
}
