import { fileText } from '#collect/file-facts';
import { firstWay } from '#collect/first-way';
import { neverAbsent } from '#collect/never-absent';
import type { Reading, ReadingsOf } from '#collect/reading';
import type { Sources } from '#collect/sources';
import { parseFstab } from '#formats/conf/fstab';
import { parseMounts } from '#formats/proc/mounts';
import type { Host } from '#model/host';
import { type Known, known, mapKnown } from '#model/known';
import type { FstabEntry, Mount } from '#model/mount';

const tables = ['/proc/self/mounts', '/proc/mounts', '/etc/mtab'] as const;

/** What is mounted, in the order of mounting. Secrets in options are masked. */
const mounts: Reading<readonly Mount[]> = {
  says: 'what is mounted',
  ways: tables.map(file => ({ file })),
  read: sources =>
    neverAbsent(
      firstWay(
        () => mountsFrom(sources, tables[0]),
        () => mountsFrom(sources, tables[1]),
        () => mountsFrom(sources, tables[2]),
      ),
      'cat /proc/self/mounts',
    ),
};

/** The whole table would be no help as evidence: what matters of it, rules quote. */
function mountsFrom(sources: Sources, path: string): Known<readonly Mount[]> {
  const text = fileText(sources, path);
  if (text.state !== 'known') return text;
  const found = parseMounts(text.value);
  return known(found, { from: path, value: `${found.length} mounts` });
}

/** What is to be mounted at boot. */
const fstab: Reading<readonly FstabEntry[]> = {
  says: 'what fstab mounts at boot',
  ways: [{ file: '/etc/fstab' }],
  read: sources => mapKnown(fileText(sources, '/etc/fstab'), parseFstab),
};

/** Mounted, and to be mounted. */
export const mountReadings: ReadingsOf<Pick<Host, 'mounts' | 'fstab'>> = { mounts, fstab };
