import { fileFact, fileText, folderNames } from '#collect/file-facts';
import { pageSizeOf } from '#collect/host/huge-pages';
import type { Reading, ReadingsOf } from '#collect/reading';
import { parseChoice } from '#formats/sys/bracketed-choice';
import { absent, known, unknown } from '#model/known';
import type { Thp, ThpSize } from '#model/memory';

const folder = '/sys/kernel/mm/transparent_hugepage';

const choice = (says: string, name: string): Reading<string> => ({
  says,
  ways: [{ file: `${folder}/${name}` }],
  read: sources => fileFact(sources, `${folder}/${name}`, text => parseChoice(text)?.chosen),
});

/** Transparent huge pages as the running kernel has them: linux admin-guide/mm/transhuge.rst. */
export const runningThp: ReadingsOf<Omit<Thp, 'atBoot'>> = {
  enabled: choice('when transparent huge pages are used', 'enabled'),
  defrag: choice('when memory is compacted for transparent huge pages', 'defrag'),
  shmem: choice('transparent huge pages for shared memory', 'shmem_enabled'),
  sizes: {
    says: 'transparent huge pages by size (Linux 6.8)',
    ways: [{ file: `${folder}/hugepages-*kB/enabled` }],
    read(sources) {
      const names = folderNames(sources, folder);
      if (names.state !== 'known') return names;
      const sizes: ThpSize[] = [];
      for (const name of names.value) {
        const size = pageSizeOf(name);
        if (size === undefined) continue;
        const path = `${folder}/${name}/enabled`;
        const text = fileText(sources, path);
        // sizes that only shared memory may have show shmem_enabled alone
        if (text.state === 'absent') continue;
        const enabled = text.state === 'known' ? parseChoice(text.value)?.chosen : undefined;
        if (enabled === undefined) return text.state === 'unknown' ? text : unknown(`${path} was not understood`);
        sizes.push({ size, enabled });
      }
      if (sizes.length === 0) return absent({ from: folder, value: 'no hugepages-*kB' });
      sizes.sort((a, b) => a.size - b.size);
      return known(sizes, {
        from: `${folder}/hugepages-*kB/enabled`,
        value: sizes.map(({ size, enabled }) => `${size / 1024} kB ${enabled}`).join(', '),
      });
    },
  },
};
