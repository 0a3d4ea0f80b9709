import { parseChoice } from '#formats/sys/bracketed-choice';
import { failure } from './failure.js';

/** The files of the kernel, as a knob reaches them. */
export interface KernelFiles {
  /** Undefined: there is no such file. */
  read(path: string): string | undefined;
  list(path: string): readonly string[];
  set(path: string, text: string): void;
}

/** A knob, or several that hang together; the paths are absolute. */
interface Knob {
  readonly path: RegExp;
  /** Does what the kernel does with what is written to `path`. Throws as Node's fs does where it refuses. */
  write(kernel: KernelFiles, path: string, text: string): void;
}

/** Writes to a knob: by its own ways, or, where it has none that matter, as to a file. */
export function writeToKernel(kernel: KernelFiles, path: string, text: string): void {
  const found = knobs.find(knob => knob.path.test(path));
  if (found === undefined) kernel.set(path, `${text.trimEnd()}\n`);
  else found.write(kernel, path, text.trim());
}

/** A whole number within bounds; the kernel refuses any other. */
function whole(path: string, text: string, least: number, most = Number.MAX_SAFE_INTEGER): number {
  const value = /^\d{1,16}$/.test(text) ? Number(text) : Number.NaN;
  if (!(value >= least && value <= most)) throw failure('EINVAL', path);
  return value;
}

const numberIn = (kernel: KernelFiles, path: string): number => Number(kernel.read(path)?.trim() ?? 0);

const ranged = (path: RegExp, least: number, most: number): Knob => ({
  path,
  write: (kernel, at, text) => kernel.set(at, `${whole(at, text, least, most)}\n`),
});

/** Choices: a word in brackets among those that there are. */
const choice: Knob = {
  path: /^\/sys\/(?:kernel\/mm\/transparent_hugepage\/(?:hugepages-\d+kB\/)?(?:enabled|defrag|shmem_enabled)|kernel\/mm\/ksm\/advisor_mode|(?:devices\/.+\/)?block\/[^/]+\/queue\/scheduler)$/,
  write(kernel, path, text) {
    const { offered = [] } = parseChoice(kernel.read(path) ?? '') ?? {};
    // a device without a request queue shows “none”, and is silent about what it is told (linux: block/elevator.c, before 6.14)
    if (offered.length === 0) return;
    if (!offered.includes(text)) throw failure('EINVAL', path);
    kernel.set(path, `${offered.map(word => (word === text ? `[${word}]` : word)).join(' ')}\n`);
  },
};

const ksm = '/sys/kernel/mm/ksm';

/** KSM (linux: mm/ksm.c): what is merged stays so at 0, is given back at 2; the scope can be written only while nothing is merged. */
const ksmRun: Knob = {
  path: /^\/sys\/kernel\/mm\/ksm\/run$/,
  write(kernel, path, text) {
    const run = whole(path, text, 0, 2);
    kernel.set(path, `${run}\n`);
    if (run === 2) for (const name of ['pages_shared', 'pages_sharing']) kernel.set(`${ksm}/${name}`, '0\n');
    // in fact ksmd needs some scans; a machine with guests that are alike merges some pages soon
    if (run === 1) {
      kernel.set(`${ksm}/pages_shared`, '1000\n');
      kernel.set(`${ksm}/pages_sharing`, '5000\n');
    }
  },
};

const ksmScope: Knob = {
  path: /^\/sys\/kernel\/mm\/ksm\/(?:merge_across_nodes|max_page_sharing)$/,
  write(kernel, path, text) {
    const value = path.endsWith('nodes') ? whole(path, text, 0, 1) : whole(path, text, 2);
    if (value === numberIn(kernel, path)) return;
    if (numberIn(kernel, `${ksm}/pages_shared`) > 0) throw failure('EBUSY', path);
    kernel.set(path, `${value}\n`);
  },
};

const ksmPace: Knob = {
  path: /^\/sys\/kernel\/mm\/ksm\/pages_to_scan$/,
  write(kernel, path, text) {
    // since 6.8: with the advisor on, it alone sets the pace
    if ((kernel.read(`${ksm}/advisor_mode`) ?? '').includes('[scan-time]')) throw failure('EINVAL', path);
    kernel.set(path, `${whole(path, text, 0)}\n`);
  },
};

/** Limits of dirty memory: bytes or a ratio; a new value of the one clears the other (linux: mm/page-writeback.c; tried on 6.18). */
const dirtyLimit: Knob = {
  path: /^\/proc\/sys\/vm\/dirty_(?:background_)?(?:bytes|ratio)$/,
  write(kernel, path, text) {
    const isBytes = path.endsWith('bytes');
    const isBackground = path.includes('background');
    const value = isBytes ? whole(path, text, isBackground ? 1 : 8192) : whole(path, text, 0, 100);
    const other = isBytes ? path.replace(/bytes$/, 'ratio') : path.replace(/ratio$/, 'bytes');
    const isNew = value !== numberIn(kernel, path);
    kernel.set(path, `${value}\n`);
    if (isNew || isBackground) kernel.set(other, '0\n');
  },
};

const poolPath =
  /^(?:\/sys\/devices\/system\/node\/node(\d+)|\/sys\/kernel\/mm)\/hugepages\/hugepages-(\d+)kB\/nr_hugepages$/;

/**
 * Pools of huge pages (linux: mm/hugetlb.c, set_max_huge_pages; tried on 6.18): what is written counts persistent pages; the file shows
 * surplus ones too. Pages in use that are too many become surplus, and go when they are given back. Where memory runs out there are fewer.
 */
const hugePages: Knob = {
  path: poolPath,
  write(kernel, path, text) {
    const wanted = whole(path, text, 0);
    const [, node, size = ''] = poolPath.exec(path) ?? [];
    if (node !== undefined) setNodePool(kernel, `/sys/devices/system/node/node${node}`, size, wanted);
    else {
      const folders = nodeFolders(kernel).filter(
        folder => kernel.read(poolOf(folder, size, 'nr_hugepages')) !== undefined,
      );
      if (folders.length === 0) setNodePool(kernel, '/sys/kernel/mm', size, wanted);
      else spreadPool(kernel, folders, size, wanted);
    }
    sumNodes(kernel, size);
  },
};

const poolOf = (folder: string, size: string, name: string): string =>
  `${folder}/hugepages/hugepages-${size}kB/${name}`;

const nodeFolders = (kernel: KernelFiles): readonly string[] =>
  kernel
    .list('/sys/devices/system/node')
    .filter(name => /^node\d+$/.test(name))
    .map(name => `/sys/devices/system/node/${name}`);

/** The kernel takes pages from, and gives them to, one node after the other. */
function spreadPool(kernel: KernelFiles, folders: readonly string[], size: string, wanted: number): void {
  const counts = folders.map(
    folder =>
      numberIn(kernel, poolOf(folder, size, 'nr_hugepages')) -
      numberIn(kernel, poolOf(folder, size, 'surplus_hugepages')),
  );
  const total = (): number => counts.reduce((sum, count) => sum + count, 0);
  const sign = wanted > total() ? 1 : -1;
  for (let left = Math.abs(wanted - total()); left > 0; ) {
    const open = counts.flatMap((count, at) => (sign > 0 || count > 0 ? [at] : []));
    const each = Math.max(1, Math.floor(left / open.length));
    for (const at of open) {
      const step = Math.min(left, sign > 0 ? each : Math.min(each, counts[at] ?? 0));
      counts[at] = (counts[at] ?? 0) + sign * step;
      left -= step;
    }
  }
  for (const [at, folder] of folders.entries()) setNodePool(kernel, folder, size, counts[at] ?? 0);
}

function setNodePool(kernel: KernelFiles, folder: string, size: string, wanted: number): void {
  const read = (name: string): number => numberIn(kernel, poolOf(folder, size, name));
  const was = read('nr_hugepages');
  const inUse = was - read('free_hugepages');
  const most = Math.floor(roomIn(kernel, folder) / Number(size)) + was;
  const persistent = Math.min(wanted, most);
  const total = Math.max(persistent, inUse);
  kernel.set(poolOf(folder, size, 'nr_hugepages'), `${total}\n`);
  kernel.set(poolOf(folder, size, 'free_hugepages'), `${total - inUse}\n`);
  kernel.set(poolOf(folder, size, 'surplus_hugepages'), `${total - persistent}\n`);
  takeMemory(kernel, folder, (total - was) * Number(size));
}

/** What is in a pool is free memory no more. */
function takeMemory(kernel: KernelFiles, folder: string, kib: number): void {
  const moves = (path: string, names: readonly (readonly [name: string, by: number])[]): void => {
    const text = kernel.read(path);
    if (text === undefined || kib === 0) return;
    const now = names.reduce(
      (all, [name, by]) =>
        all.replace(
          new RegExp(`(\\b${name}:\\s+)(\\d+)`),
          (_, head: string, value: string) => `${head}${Math.max(0, Number(value) + by)}`,
        ),
      text,
    );
    kernel.set(path, now);
  };
  if (folder.includes('/node/')) moves(`${folder}/meminfo`, [['MemFree', -kib]]);
  moves('/proc/meminfo', [
    ['MemFree', -kib],
    ['MemAvailable', -kib],
    ['Hugetlb', kib],
  ]);
}

/** Free memory, in KiB. */
function roomIn(kernel: KernelFiles, folder: string): number {
  const isNode = folder.includes('/node/');
  const text = kernel.read(isNode ? `${folder}/meminfo` : '/proc/meminfo') ?? '';
  const found = (isNode ? /MemFree:\s+(\d+)/ : /MemAvailable:\s+(\d+)/).exec(text)?.[1];
  return found === undefined ? Number.MAX_SAFE_INTEGER : Number(found);
}

/** What the files of the whole machine show: sums of the nodes, and the sysctl of the default size. */
export function sumNodes(kernel: KernelFiles, size: string): void {
  const folders = nodeFolders(kernel);
  const sumOf = (name: string): number =>
    folders.reduce((sum, folder) => sum + numberIn(kernel, poolOf(folder, size, name)), 0);
  const isByNode = folders.some(folder => kernel.read(poolOf(folder, size, 'nr_hugepages')) !== undefined);
  const whole = '/sys/kernel/mm';
  if (isByNode)
    for (const name of ['nr_hugepages', 'free_hugepages', 'surplus_hugepages'])
      if (kernel.read(poolOf(whole, size, name)) !== undefined)
        kernel.set(poolOf(whole, size, name), `${sumOf(name)}\n`);
  const meminfo = kernel.read('/proc/meminfo');
  if (meminfo === undefined || !new RegExp(`Hugepagesize:\\s+${size} kB`).test(meminfo)) return;
  const total = numberIn(kernel, poolOf(whole, size, 'nr_hugepages'));
  const surplus = numberIn(kernel, poolOf(whole, size, 'surplus_hugepages'));
  const free = numberIn(kernel, poolOf(whole, size, 'free_hugepages'));
  const told = { Total: total, Free: free, Surp: surplus };
  let text = meminfo;
  for (const [name, count] of Object.entries(told))
    text = text.replace(new RegExp(`(HugePages_${name}:\\s+)\\d+`), `$1${count}`);
  kernel.set('/proc/meminfo', text);
  if (kernel.read('/proc/sys/vm/nr_hugepages') !== undefined)
    kernel.set('/proc/sys/vm/nr_hugepages', `${total - surplus}\n`);
}

/** vm.nr_hugepages is the pool of the default size. */
const defaultPool: Knob = {
  path: /^\/proc\/sys\/vm\/nr_hugepages$/,
  write(kernel, path, text) {
    const size = /Hugepagesize:\s+(\d+) kB/.exec(kernel.read('/proc/meminfo') ?? '')?.[1];
    if (size === undefined) kernel.set(path, `${whole(path, text, 0)}\n`);
    else hugePages.write(kernel, `/sys/kernel/mm/hugepages/hugepages-${size}kB/nr_hugepages`, text);
  },
};

const governor: Knob = {
  path: /\/cpufreq\/(?:policy\d+\/)?scaling_governor$/,
  write(kernel, path, text) {
    const offered = kernel
      .read(path.replace(/scaling_governor$/, 'scaling_available_governors'))
      ?.trim()
      .split(/\s+/);
    if (offered !== undefined && !offered.includes(text)) throw failure('EINVAL', path);
    kernel.set(path, `${text}\n`);
  },
};

const knobs: readonly Knob[] = [
  choice,
  ksmRun,
  ksmScope,
  ksmPace,
  dirtyLimit,
  hugePages,
  defaultPool,
  governor,
  ranged(/^\/proc\/sys\/vm\/swappiness$/, 0, 200),
  ranged(/^\/proc\/sys\/kernel\/numa_balancing$/, 0, 3),
  ranged(/^\/proc\/sys\/vm\/overcommit_memory$/, 0, 2),
];
