import { fileText, folderNames, textIfThere } from '#collect/file-facts';
import { firstOfAllWays } from '#collect/first-of-all-ways';
import { cellWays, cpusOfCells } from '#collect/host/libvirt-cells';
import { nodeCpuLists } from '#collect/host/node-folders';
import { cpusFolder, onlineCpus, onlineWays, presentCpus } from '#collect/host/online-cpus';
import { neverAbsent } from '#collect/never-absent';
import type { Reading } from '#collect/reading';
import type { Sources } from '#collect/sources';
import { parseCpuinfo } from '#formats/proc/cpuinfo';
import { parseCpuList, parseCpuMask } from '#formats/sys/cpu-list';
import { parseInteger } from '#formats/sys/whole-number';
import type { Cpu } from '#model/cpu';
import { type Known, known, unknown } from '#model/known';
import { CpuSet } from '#units/cpu-set';

/**
 * The CPUs that are present, by the kernel's own ids. An offline one has no topology. Where /sys is not at hand, libvirt's capabilities
 * place them, or /proc/cpuinfo gives those online, with package and core where the architecture writes them there.
 */
export const cpus: Reading<readonly Cpu[]> = {
  says: 'CPUs with package, core, node and siblings',
  ways: [
    { file: `${cpusFolder}/cpu*/topology/*` },
    ...onlineWays,
    { file: '/sys/devices/system/node/node*/cpulist' },
    { file: '/sys/devices/system/node/node*/cpumap' },
    ...cellWays,
    { file: '/proc/cpuinfo' },
  ],
  read: sources =>
    neverAbsent(
      firstOfAllWays(
        () => fromSysfs(sources),
        () => cpusOfCells(sources),
        () => fromCpuinfo(sources),
      ),
      'lscpu',
    ),
};

function fromSysfs(sources: Sources): Known<readonly Cpu[]> {
  const names = folderNames(sources, cpusFolder);
  if (names.state !== 'known') return names;
  const ids = presentCpus(sources);
  if (ids.length === 0) return unknown(`${cpusFolder} holds no CPU`, 'lscpu');
  const online = onlineCpus(sources);
  const nodes = nodesByCpu(sources);
  const topology = topologyReader(sources, online);
  const found = ids.map(cpu => {
    const isOnline = online?.has(cpu) ?? true;
    const { core, socket, die, siblings, packageCpus } = isOnline ? topology(cpu) : noTopology;
    return { cpu, core, socket, die, node: nodes.get(cpu), online: isOnline, siblings, packageCpus };
  });
  return known(found, { from: `${cpusFolder}/cpu*`, value: `${found.length} CPUs` });
}

/** The node of each CPU: the lowest that lists it. */
function nodesByCpu(sources: Sources): ReadonlyMap<number, number> {
  const nodes = new Map<number, number>();
  const lists = nodeCpuLists(sources);
  if (lists.state !== 'known') return nodes;
  for (const { node, cpus: listed } of lists.value)
    for (const cpu of listed ?? []) if (!nodes.has(cpu)) nodes.set(cpu, node);
  return nodes;
}

type Topology = Pick<Cpu, 'core' | 'socket' | 'die' | 'siblings' | 'packageCpus'>;

const noTopology: Topology = {
  core: undefined,
  socket: undefined,
  die: undefined,
  siblings: undefined,
  packageCpus: undefined,
};

/**
 * Gives the reader of one CPU's topology. It remembers what it learned from the CPUs before: equal lists are taken apart once, the list
 * of a package is read once for the package, and a file that one CPU's topology lacks is not looked for in the next, for a kernel has
 * each for all CPUs or for none.
 */
function topologyReader(sources: Sources, online: ReadonlySet<number> | undefined): (cpu: number) => Topology {
  const sets = new Map<string, CpuSet | undefined>();
  const lacking = new Set<string>();
  const packages = new Map<number, CpuSet>();
  const read = (cpu: number, name: string): string | undefined => {
    if (lacking.has(name)) return undefined;
    const text = textIfThere(sources, `${cpusFolder}/cpu${cpu}/topology/${name}`);
    if (text === undefined) lacking.add(name);
    return text;
  };
  // old kernels go on naming CPUs that went offline
  const onlyOnline = (set: CpuSet | undefined): CpuSet | undefined =>
    set === undefined || online === undefined ? set : CpuSet.of([...set].filter(member => online.has(member)));
  const readSet = (cpu: number, ...names: readonly string[]): CpuSet | undefined => {
    for (const name of names) {
      const text = read(cpu, name);
      if (text === undefined) continue;
      const key = `${name} ${text}`;
      if (!sets.has(key)) sets.set(key, onlyOnline(name.endsWith('_list') ? parseCpuList(text) : parseCpuMask(text)));
      const set = sets.get(key);
      if (set !== undefined && !set.isEmpty) return set;
    }
    return undefined;
  };
  const readPackage = (cpu: number): CpuSet | undefined => {
    const earlier = packages.get(cpu);
    if (earlier !== undefined) return earlier;
    const members = readSet(cpu, 'package_cpus_list', 'core_siblings_list', 'core_siblings');
    if (members !== undefined) for (const member of members) packages.set(member, members);
    return members;
  };
  return cpu => {
    // every kernel that tells a topology tells this file of it: without it there is none (a kernel for one processor)
    const core = textIfThere(sources, `${cpusFolder}/cpu${cpu}/topology/core_id`);
    if (core === undefined) return noTopology;
    return {
      core: idOf(core),
      socket: idOf(read(cpu, 'physical_package_id')),
      die: idOf(read(cpu, 'die_id')),
      siblings: readSet(cpu, 'core_cpus_list', 'thread_siblings_list', 'thread_siblings'),
      packageCpus: readPackage(cpu),
    };
  };
}

/** An id of −1 stands for “not told”. */
function idOf(text: string | undefined): number | undefined {
  const id = parseInteger(text ?? '');
  return id === undefined || id < 0 ? undefined : id;
}

function fromCpuinfo(sources: Sources): Known<readonly Cpu[]> {
  const text = fileText(sources, '/proc/cpuinfo');
  if (text.state !== 'known') return text;
  const processors = parseCpuinfo(text.value)?.processors ?? [];
  if (processors.length === 0) return unknown('/proc/cpuinfo lists no CPU', 'lscpu');
  const nodes = nodesByCpu(sources);
  const found = processors.map(({ cpu, core, socket }) => ({
    ...noTopology,
    cpu,
    core,
    socket,
    node: nodes.get(cpu),
    online: true,
  }));
  found.sort((a, b) => a.cpu - b.cpu);
  return known(found, { from: '/proc/cpuinfo', value: `${found.length} CPUs online` });
}
