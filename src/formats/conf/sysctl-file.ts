/**
 * Reads one file of sysctl settings as systemd-sysctl does (systemd: sysctl.d(5), src/sysctl/sysctl.c): `key = value`, a leading `-`
 * for “do not mind failure”, `-key` without a value for “leave this key alone”, comments after `#` or `;` at the beginning of a line.
 */
export interface SysctlLine {
  /** Counts from 1. */
  readonly line: number;
  /** Path below /proc/sys: `vm/swappiness`; may hold wildcards. */
  readonly key: string;
  /** Undefined for a line that takes the key out of what wildcards set. */
  readonly value: string | undefined;
}

/** Gives the lines that say something; others (systemd-sysctl warns and goes on) are passed over. */
export function parseSysctlFile(text: string): readonly SysctlLine[] {
  const lines: SysctlLine[] = [];
  for (const [index, raw] of text.split('\n').entries()) {
    const line = raw.trim();
    if (line === '' || line.startsWith('#') || line.startsWith(';')) continue;
    const equals = line.indexOf('=');
    const isMarked = line.startsWith('-');
    if (equals < 0 && !isMarked) continue;
    const key = normalizeSysctl(line.slice(isMarked ? 1 : 0, equals < 0 ? undefined : equals).trim());
    if (key === '') continue;
    lines.push({ line: index + 1, key, value: equals < 0 ? undefined : line.slice(equals + 1).trim() });
  }
  return lines;
}

/**
 * Gives the path below /proc/sys that a name means. Dots separate, unless the first separator is a slash, which then separates:
 * `net.ipv4.conf.eth0/1.rp_filter` and `net/ipv4/conf/eth0.1/rp_filter` are the same.
 */
export function normalizeSysctl(name: string): string {
  const first = /[./]/.exec(name)?.[0];
  const path = first === '.' ? name.replaceAll(/[./]/g, mark => (mark === '.' ? '/' : '.')) : name;
  return path.replaceAll(/\/{1,4096}/g, '/').replace(/^\//, '');
}
