import type { Mount } from '#model/mount';

/**
 * Reads /proc/self/mounts (linux: proc(5); fields as in fstab(5)): source, target, type and options, with blanks and backslashes written
 * in octal. A line of fewer than four fields is passed over.
 */
export function parseMounts(text: string): readonly Mount[] {
  const mounts: Mount[] = [];
  for (const line of text.split('\n')) {
    const [source, target, type, options] = line.split(/[ \t]+/, 5);
    if (source === undefined || target === undefined || type === undefined || options === undefined) continue;
    mounts.push({
      source: unescapeOctal(source),
      target: unescapeOctal(target),
      type: unescapeOctal(type),
      options: parseMountOptions(options),
    });
  }
  return mounts;
}

/** Reads a list of mount options: `rw,vers=4.2,hard`. A bare word is true; of two options of one name the last one counts. */
export function parseMountOptions(text: string): ReadonlyMap<string, string | true> {
  const options = new Map<string, string | true>();
  for (const word of text.split(',')) {
    if (word === '') continue;
    const equals = word.indexOf('=');
    if (equals < 0) options.set(unescapeOctal(word), true);
    else options.set(word.slice(0, equals), unescapeOctal(word.slice(equals + 1)));
  }
  return options;
}

/** Replaces the octal escapes of mounts and fstab: `\040` is a blank. */
export const unescapeOctal = (text: string): string =>
  text.replaceAll(/\\([0-3][0-7]{2})/g, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 8)));
