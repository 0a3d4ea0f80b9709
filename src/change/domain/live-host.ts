/** What of a host must be known to change its running guests. */
export interface LiveHost {
  /** CPUs that are on: `0-15`; undefined: not known. */
  readonly cpus: string | undefined;
  /** Controllers of cgroups that are there, of either version. */
  readonly controllers: ReadonlySet<string>;
}

/** Files that tell. */
export const liveHostFiles: readonly string[] = [
  '/sys/devices/system/cpu/online',
  '/sys/fs/cgroup/cgroup.controllers',
  '/proc/cgroups',
];

/** Reads what the files tell; `file` gives the text of one, undefined where it is not there. cgroups(7). */
export function liveHostOf(file: (path: string) => string | undefined): LiveHost {
  const [cpus, second, first] = liveHostFiles.map(path => file(path)?.trim());
  const mounted = (first ?? '')
    .split('\n')
    .map(line => line.split(/\s+/))
    .filter(([name, hierarchy, , enabled]) => name?.startsWith('#') === false && hierarchy !== '0' && enabled === '1')
    .map(([name = '']) => name);
  return { cpus, controllers: new Set([...(second ?? '').split(/\s+/).filter(name => name !== ''), ...mounted]) };
}
