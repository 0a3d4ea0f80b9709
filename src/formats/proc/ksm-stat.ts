/**
 * Takes the text of /proc/PID/ksm_stat (Linux 6.1; linux filesystems/proc.rst): one `name value` a line, values in base pages or bytes.
 * Gives the counter of a name, undefined where this kernel does not tell it.
 */
export function ksmCounter(text: string, name: string): number | undefined {
  const found = new RegExp(`^${name} (-?\\d{1,15})$`, 'm').exec(text)?.[1];
  return found === undefined ? undefined : Number(found);
}
