import { unescapeOctal } from '#formats/proc/mounts';
import type { FstabEntry } from '#model/mount';

/** Reads /etc/fstab (fstab(5)) line by line, right or not: fields are separated by blanks, `#` at the beginning of a line is a comment. */
export function parseFstab(text: string): readonly FstabEntry[] {
  const entries: FstabEntry[] = [];
  for (const [index, raw] of text.split('\n').entries()) {
    const line = raw.trim();
    if (line === '' || line.startsWith('#')) continue;
    entries.push({ line: index + 1, fields: line.split(/[ \t]+/).map(unescapeOctal) });
  }
  return entries;
}
