/**
 * Finds writes to /sys and /proc in start-up scripts (rc.local, boot.local) and in the commands of unit files: `echo never > PATH`,
 * `printf '1\n' > PATH`, `echo 1 | tee PATH`, `sysctl -w key=value`. No shell is imitated: a line that names a path in another way is given
 * without a value, so that nobody takes silence for consent.
 */
export interface ShellWrite {
  readonly path: string;
  /** Undefined where the line was not understood. */
  readonly value: string | undefined;
  /** Counts from 1. */
  readonly line: number;
}

const path = String.raw`"?(\/(?:sys|proc\/sys)\/[\w./*?[\]:!-]{1,1024})"?`;
const word = String.raw`(?:"([^"$\x60\\]{0,256})"|'([^'\\]{0,256})'|([\w.,:+-]{1,256}))`;
const forms = [
  new RegExp(String.raw`\becho(?: -[neE]{1,3})?[ \t]+${word}[ \t]*>{1,2}[ \t]*${path}`, 'g'),
  new RegExp(
    String.raw`\becho(?: -[neE]{1,3})?[ \t]+${word}[ \t]*\|[ \t]*(?:sudo[ \t]+)?(?:\/usr)?(?:\/bin\/)?tee(?: -a)?[ \t]+${path}`,
    'g',
  ),
];
const mention = new RegExp(path, 'g');
const writing = />[ \t]*"?\/(?:sys|proc\/sys)\/|\btee\b/;
/** A write to a path that a variable holds: the path may be any that the script names. */
const indirect = /(?:>|\btee(?: -a)?)[ \t]*"?\$/;
const setting = /\bsysctl[ \t]+(?:-[wqe]+[ \t]+){0,4}"?([a-z][\w./-]{1,255})=(?:"([^"]{0,256})"|([^\s"';|&]{1,256}))/g;

/** Takes the text of a script, or of a unit's command with the line it stands on. */
export function findShellWrites(text: string, firstLine = 1): readonly ShellWrite[] {
  const writes: ShellWrite[] = [];
  const isIndirect = indirect.test(text);
  for (const [index, raw] of text.split('\n').entries()) {
    const line = raw.slice(0, 16_384);
    if (/^[ \t]*#/.test(line)) continue;
    const at = firstLine + index;
    const understood = new Set<string>();
    for (const form of forms) {
      for (const [, double, single, bare, to] of line.matchAll(form)) {
        const value = double ?? single ?? bare;
        if (to === undefined || value === undefined) continue;
        understood.add(to);
        writes.push({ path: to, value: value.replace(/\\n$/, ''), line: at });
      }
    }
    for (const [, name, quoted, bare] of line.matchAll(setting)) {
      if (name !== undefined)
        writes.push({ path: `/proc/sys/${name.replaceAll('.', '/')}`, value: quoted ?? bare, line: at });
    }
    if (!isIndirect && !writing.test(line)) continue;
    for (const [, to] of line.matchAll(mention)) {
      if (to !== undefined && !understood.has(to)) writes.push({ path: to, value: undefined, line: at });
    }
  }
  return writes;
}
