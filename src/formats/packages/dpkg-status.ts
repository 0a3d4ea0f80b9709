import { parseVersion, type Version } from '#units/version';

/**
 * Finds a package in /var/lib/dpkg/status (man 5 deb-control; man 1 dpkg-query, “package states”): paragraphs of `Field: value`.
 * Gives the upstream version of a package that is installed, without Debian's epoch and revision being counted; undefined where the
 * package is not installed.
 */
export function installedVersion(status: string, name: string): Version | undefined {
  const start = status.startsWith(`Package: ${name}\n`) ? 0 : status.indexOf(`\nPackage: ${name}\n`);
  if (start === -1) return undefined;
  const end = status.indexOf('\n\n', start + 1);
  const paragraph = status.slice(start, end === -1 ? undefined : end);
  if (!/^Status: \S+ \S+ installed$/m.test(paragraph)) return undefined;
  const version = /^Version: (?:\d{1,9}:)?(\S{1,128})$/m.exec(paragraph)?.[1];
  return version === undefined ? undefined : parseVersion(version);
}
