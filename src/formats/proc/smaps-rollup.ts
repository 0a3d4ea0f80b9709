import { type Bytes, kib } from '#units/bytes';

/**
 * Takes the text of /proc/PID/smaps_rollup and the name of a line (`AnonHugePages`); gives its amount, which the file tells in KiB
 * although it says kB. Linux 4.14; linux filesystems/proc.rst. Gives undefined where the line is missing or of another form.
 */
export function amountInSmaps(text: string, name: string): Bytes | undefined {
  const found = new RegExp(`^${name}:\\s{1,20}(\\d{1,12}) kB$`, 'm').exec(text)?.[1];
  return found === undefined ? undefined : kib(Number(found));
}
