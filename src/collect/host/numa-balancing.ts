import { fileFact, folderNames } from '#collect/file-facts';
import type { Reading } from '#collect/reading';
import { parseWhole } from '#formats/sys/whole-number';
import { known, unknown } from '#model/known';

const folder = '/sys/kernel/debug/sched/numa_balancing';

/** How NUMA balancing scans, by file name: in debugfs since Linux 5.13 (linux: kernel/sched/debug.c), before that the sysctls tell. */
export const balancingScan: Reading<ReadonlyMap<string, number>> = {
  says: 'how NUMA balancing scans',
  ways: [{ file: folder }, { file: `${folder}/*` }],
  read(sources) {
    const names = folderNames(sources, folder);
    if (names.state !== 'known')
      return names.state === 'absent'
        ? unknown(`${folder} is not there: debugfs is not mounted`, 'mount -t debugfs none /sys/kernel/debug')
        : names;
    const values = new Map<string, number>();
    for (const name of names.value) {
      const value = fileFact(sources, `${folder}/${name}`, parseWhole);
      if (value.state === 'unknown') return value;
      if (value.state === 'known') values.set(name, value.value);
    }
    return known(values, { from: folder, value: [...values].map(([name, value]) => `${name} ${value}`).join(', ') });
  },
};
