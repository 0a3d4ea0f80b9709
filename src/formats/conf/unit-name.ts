/**
 * Gives the path that the name of a mount, swap or device unit stands for: `dev-hugepages1G.mount` is /dev/hugepages1G (systemd.unit(5),
 * string escaping for inclusion in unit names). Undefined for a name that is no escaped path.
 */
export function pathOfUnit(name: string): string | undefined {
  const dot = name.lastIndexOf('.');
  if (dot <= 0) return undefined;
  const stem = name.slice(0, dot);
  return stem === '-'
    ? '/'
    : `/${stem.replaceAll('-', '/').replaceAll(/\\x([0-9a-f]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))}`;
}
