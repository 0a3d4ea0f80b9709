import { fileFact, fileText, folderNames } from '#collect/file-facts';
import type { Sources } from '#collect/sources';
import { nodeAmounts } from '#formats/proc/numa-stat';
import { parseStartTicks, ticksPerSecond } from '#formats/proc/task-stat';
import { uptimeSeconds } from '#formats/proc/uptime';
import type { MemoryByNode } from '#model/guest';
import { chainKnown, type Known, known, unknown, valueIfKnown } from '#model/known';
import { CpuSet } from '#units/cpu-set';

/** Files that tell where a process and its memory are, for the reading's list of ways. */
export const placementFiles: readonly string[] = [
  '/proc/*/status',
  '/proc/*/stat',
  '/proc/*/cgroup',
  '/proc/uptime',
  '/sys/fs/cgroup/**/memory.numa_stat',
  '/sys/fs/cgroup/**/hugetlb.*.numa_stat',
];

/** Mems_allowed_list of /proc/PID/status: the nodes that the process may take memory from (proc_pid_status(5)). */
export const allowedNodes = (sources: Sources, pid: number): Known<CpuSet> =>
  fileFact(sources, `/proc/${pid}/status`, text => {
    const list = /^Mems_allowed_list:\s*(\S+)$/m.exec(text)?.[1];
    return list === undefined ? undefined : CpuSet.parse(list);
  });

/** How long the process runs, in milliseconds: field 22 of /proc/PID/stat against /proc/uptime. */
export const runningMs = (sources: Sources, pid: number): Known<number> =>
  chainKnown(fileFact(sources, '/proc/uptime', uptimeSeconds), uptime =>
    fileFact(sources, `/proc/${pid}/stat`, text => {
      const start = parseStartTicks(text);
      return start === undefined ? undefined : Math.max(0, Math.round(1000 * (uptime - start / ticksPerSecond)));
    }),
  );

/**
 * Memory of the cgroup of a guest by node: memory.numa_stat, and hugetlb.SIZE.numa_stat of cgroup v2 since Linux 5.17 (linux:
 * admin-guide/cgroup-v2.rst). libvirt puts the threads of a guest into cgroups below that of the guest.
 */
export const memoryByNode = (sources: Sources, pid: number): Known<MemoryByNode> =>
  chainKnown(fileText(sources, `/proc/${pid}/cgroup`), text => {
    const path = /^(?:0::|\d+:(?:[^:\n]*,)?memory(?:,[^:\n]*)?:)(\/\S*(?:machine|qemu)\S*)$/m.exec(text)?.[1];
    if (path === undefined) return unknown(`/proc/${pid}/cgroup names no cgroup of a machine`);
    const own = path.replace(/\/libvirt(?:\/(?:emulator|vcpu\d+|iothread\d+))?$/, '').replace(/\/emulator$/, '');
    for (const root of ['/sys/fs/cgroup', '/sys/fs/cgroup/memory']) {
      const folder = `${root}${own}`;
      const normal = fileFact(sources, `${folder}/memory.numa_stat`, nodeAmounts);
      if (normal.state !== 'known') continue;
      const files = (valueIfKnown(folderNames(sources, folder)) ?? []).filter(name =>
        /^hugetlb\.\w+\.numa_stat$/.test(name),
      );
      const huge = files.map(name => valueIfKnown(fileFact(sources, `${folder}/${name}`, nodeAmounts)) ?? new Map());
      return known(
        { normal: normal.value, huge: files.length === 0 ? undefined : sumByNode(huge) },
        ...normal.evidence,
      );
    }
    return unknown(`no memory.numa_stat in ${own}`, 'run as root on a kernel with the memory cgroup controller');
  });

function sumByNode(all: readonly ReadonlyMap<number, number>[]): ReadonlyMap<number, number> {
  const sum = new Map<number, number>();
  for (const one of all) for (const [node, amount] of one) sum.set(node, (sum.get(node) ?? 0) + amount);
  return sum;
}
