import { folderNames, textIfThere } from '#collect/file-facts';
import type { Reading } from '#collect/reading';
import type { Sources } from '#collect/sources';
import { parseTaskTicks, ticksPerSecond } from '#formats/proc/task-stat';
import { absent, known, unknown } from '#model/known';

/** CPU time that the thread ksmd took between two samples, as a share of one CPU (man 5 proc_pid_stat: utime, stime). */
export const ksmdLoad: Reading<number> = {
  says: 'load of the KSM thread over a sample',
  ways: [{ file: '/proc/*/comm' }, { file: '/proc/*/stat' }],
  read(sources) {
    if (sources.later === undefined) return unknown('a load shows only over time', 'nearmetal check --sample 60s');
    const names = folderNames(sources, '/proc');
    if (names.state !== 'known') return names;
    const pid = pidOf(sources, names.value, 'ksmd');
    if (pid === undefined) return absent({ from: '/proc/*/comm', value: 'no ksmd' });
    const path = `/proc/${pid}/stat`;
    const first = parseTaskTicks(textIfThere(sources, path) ?? '');
    const second = parseTaskTicks(textIfThere({ ...sources, files: sources.later.files }, path) ?? '');
    const seconds = sources.later.afterMs / 1000;
    if (first === undefined || second === undefined || second < first || seconds <= 0)
      return unknown(`${path} was not to be read twice`);
    const load = (second - first) / ticksPerSecond / seconds;
    return known(load, { from: path, value: `${second - first} ticks in ${seconds} s` });
  },
};

/** Kernel threads are started first, so the lowest ids are looked at first. */
function pidOf(sources: Sources, names: readonly string[], wanted: string): number | undefined {
  const pids = names
    .filter(name => /^\d{1,10}$/.test(name))
    .map(Number)
    .sort((a, b) => a - b);
  return pids.find(pid => textIfThere(sources, `/proc/${pid}/comm`) === wanted);
}
