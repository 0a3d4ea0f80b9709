import type { ObservedUnit } from '#change/observed';
import { hostReadings } from '#collect/host-readings';
import { collectAll } from '#collect/reading';
import type { Sources } from '#collect/sources';
import { fstabLines } from '#formats/conf/fstab-edit';
import { moduleOptions } from '#formats/conf/modprobe-options';
import { parseSysctlFile } from '#formats/conf/sysctl-file';
import { parseTmpfiles, writesInOrder } from '#formats/conf/tmpfiles';
import { schedulerAtBoot } from '#model/derived/scheduler-at-boot';
import { thpAtBoot } from '#model/derived/thp-at-boot';
import type { Host } from '#model/host';
import type { KernelParameter } from '#model/kernel';
import { valueIfKnown } from '#model/known';
import type { FileTree } from '#transport/file-tree';
import type { SimulatedMachine } from '../simulated-machine/simulated-machine.js';
import { bootKernel } from './boot-kernel.js';
import { bootXen } from './boot-xen.js';
import { showActivity } from './unit-activity-files.js';

/** A machine that is to be rebooted. */
export interface Rebooted {
  readonly machine: SimulatedMachine;
  /** As it was captured. */
  readonly base: Sources;
  /** As it is. */
  readonly now: Sources;
  /** As they were captured. */
  readonly units: ReadonlyMap<string, ObservedUnit>;
}

/** A machine that was booted anew. */
export interface Awake {
  /** Outputs of commands that are others now, by command line. */
  readonly outputs: ReadonlyMap<string, string>;
  /** Sizes of huge pages (KiB) whose pools were set up anew: no page of them is in use. */
  readonly emptied: ReadonlySet<string>;
}

/**
 * Boots a machine anew: what was changed while it ran comes up as its files say, or as the kernel has it by itself; all else as it was
 * captured, but for what its files now say otherwise than they did then.
 */
export function reboot({ machine, base, now, units }: Rebooted): Awake {
  const { files } = machine;
  const was = bootOf(base);
  const is = bootOf(now);
  const live = new Set([...files.changed().keys()].filter(path => /^\/(?:proc|sys)\//.test(path)));
  for (const path of live) files.revert(path);
  const write = (path: string, text: string): void => {
    if (machine.text(path) !== undefined) files.writeKnob(path, text);
  };
  // debugfs starts with the kernel's own values (linux: kernel/sched/fair.c)
  for (const [name, value] of Object.entries(scanDefaults)) {
    const path = `/sys/kernel/debug/sched/numa_balancing/${name}`;
    if (live.has(path)) write(path, value);
  }
  // nothing is merged yet, whatever was when the machine was captured
  const merged = ['pages_shared', 'pages_sharing'].map(name => `/sys/kernel/mm/ksm/${name}`);
  for (const path of merged) if (machine.text(path) !== undefined) files.write(path, '0\n');
  const isKsmStarted = is.tmpfiles.has(ksmRun) || machine.units.observe('ksm.service').isEnabled;
  if (live.has(ksmRun) && !isKsmStarted) write(ksmRun, '0');
  const emptied = new Set([...live].flatMap(path => poolFile.exec(path)?.[1] ?? []));
  emptyPools(machine, emptied);
  bootKernel(machine, was.words, is.words, emptied.size > 0);
  for (const [path, text] of news(was.modules, is.modules, live))
    if (machine.text(path) !== undefined) files.write(path, `${text}\n`);
  const threads = is.nfsThreads;
  if (threads !== undefined && (live.has(nfsThreads) || was.nfsThreads !== threads)) write(nfsThreads, threads);
  // ksmd takes a while to merge its first pages: until then its scope can be set
  for (const of of ['choices', 'sysctls', 'tmpfiles'] as const)
    for (const [path, text] of news(was[of], is[of], live).toSorted(
      ([one], [other]) => Number(one === ksmRun) - Number(other === ksmRun),
    ))
      write(path, text);
  // services come after what systemd-tmpfiles and systemd-sysctl write
  // units that there were none of when the machine was captured
  for (const name of files.kernel.list('/etc/systemd/system'))
    if (name.endsWith('.mount') && !units.has(name) && machine.units.observe(name).isEnabled) {
      machine.run(['systemctl', 'stop', name]);
      machine.run(['systemctl', 'start', name]);
    }
  for (const [name, unit] of units) {
    const { isEnabled, isActive } = machine.units.observe(name);
    const boots = isEnabled === unit.isEnabled ? unit.isActive : isEnabled;
    // mounts of the run before are gone
    if (boots && isActive && !unit.isActive && name.endsWith('.mount')) {
      machine.run(['systemctl', 'stop', name]);
      machine.run(['systemctl', 'start', name]);
    } else if (boots !== isActive) machine.run(['systemctl', boots ? 'start' : 'stop', name]);
    else if (isActive !== unit.isActive && name.endsWith('.service')) showActivity(machine, name, isActive);
  }
  bootMounts(machine, was.mounts, is.mounts);
  for (const path of merged) files.revert(path);
  const swappiness = machine.text('/proc/sys/vm/swappiness');
  // groups of guests are made anew, and a new one takes its swappiness from the one above
  for (const path of live)
    if (path.endsWith('/memory.swappiness') && swappiness !== undefined) files.write(path, swappiness);
  const outputs = bootXen(was.xenWords, is.xenWords, argv => {
    const found = base.commands.output(argv);
    return found.outcome === 'ok' ? found.value : undefined;
  });
  return { outputs, emptied };
}

const scanDefaults = {
  scan_delay_ms: '1000',
  scan_period_min_ms: '1000',
  scan_period_max_ms: '60000',
  scan_size_mb: '256',
};

const nfsThreads = '/proc/fs/nfsd/threads';
const ksmRun = '/sys/kernel/mm/ksm/run';
const poolFile = /\/hugepages\/hugepages-(\d+)kB\/nr_hugepages$/;

/** The kernel sets no pages aside by itself. */
function emptyPools(machine: SimulatedMachine, sizes: ReadonlySet<string>): void {
  for (const size of sizes) {
    const name = `hugepages/hugepages-${size}kB`;
    for (const folder of [
      ...machine.files.kernel.list('/sys/devices/system/node').map(node => `/sys/devices/system/node/${node}`),
      '/sys/kernel/mm',
    ]) {
      const all = machine.text(`${folder}/${name}/nr_hugepages`);
      if (all !== undefined && machine.text(`${folder}/${name}/free_hugepages`) !== undefined)
        machine.files.write(`${folder}/${name}/free_hugepages`, all);
    }
    machine.files.writeKnob(`/sys/kernel/mm/${name}/nr_hugepages`, '0');
  }
}

interface Boot {
  readonly words: readonly KernelParameter[];
  readonly xenWords: readonly KernelParameter[];
  readonly sysctls: ReadonlyMap<string, string>;
  readonly tmpfiles: ReadonlyMap<string, string>;
  /** Schedulers of disks, and whether transparent huge pages are used. */
  readonly choices: ReadonlyMap<string, string>;
  readonly modules: ReadonlyMap<string, string>;
  readonly nfsThreads: string | undefined;
  /** Options by mount point. */
  readonly mounts: ReadonlyMap<string, string>;
}

function bootOf(sources: Sources): Boot {
  const { files } = sources;
  const host = collectAll<Host>(hostReadings(), sources);
  return {
    words: valueIfKnown(host.kernel.configuredCommandLine) ?? [],
    xenWords: valueIfKnown(host.kernel.configuredXenCommandLine) ?? [],
    sysctls: sysctlsOf(files),
    tmpfiles: tmpfilesOf(files),
    choices: choicesOf(host),
    modules: new Map([...modulesOf(files), ...modulesOnLine(valueIfKnown(host.kernel.configuredCommandLine) ?? [])]),
    nfsThreads: valueIfKnown(host.nfs.configuredThreads)?.threads.toString(),
    mounts: new Map(
      fstabLines(textOf(files, '/etc/fstab') ?? '').map(({ fields }) => [fields[1]?.text ?? '', fields[3]?.text ?? '']),
    ),
  };
}

/** What is there now and was not, or was otherwise; and what was changed while the machine ran. */
const news = (
  was: ReadonlyMap<string, string>,
  is: ReadonlyMap<string, string>,
  live: ReadonlySet<string> = new Set(),
): readonly (readonly [string, string])[] => [...is].filter(([key, value]) => was.get(key) !== value || live.has(key));

const textOf = (files: FileTree, path: string): string | undefined => {
  const found = files.read(path);
  return found.outcome === 'ok' ? found.value : undefined;
};

const namesIn = (files: FileTree, folder: string): readonly string[] => {
  const found = files.list(folder);
  return found.outcome === 'ok' ? found.value : [];
};

/** Files of folders by name: of two with one name that of the first folder (systemd: conf-files.c). */
function configFiles(files: FileTree, name: string, suffix: string): readonly string[] {
  const found = new Map<string, string>();
  for (const root of ['/etc', '/run', '/usr/local/lib', '/usr/lib'])
    for (const file of namesIn(files, `${root}/${name}`))
      if (file.endsWith(suffix) && !found.has(file)) found.set(file, `${root}/${name}/${file}`);
  return [...found.keys()].sort().map(file => found.get(file) ?? '');
}

function sysctlsOf(files: FileTree): ReadonlyMap<string, string> {
  const set = new Map<string, string>();
  for (const path of configFiles(files, 'sysctl.d', '.conf'))
    for (const { key, value } of parseSysctlFile(textOf(files, path) ?? ''))
      if (value !== undefined) {
        const full = `/proc/sys/${key}`;
        // the last file counts, and of bytes and ratio the last line of the two
        for (const twin of [full.replace(/bytes$/, 'ratio'), full.replace(/ratio$/, 'bytes')])
          if (twin !== full) set.delete(twin);
        set.delete(full);
        set.set(full, value);
      }
  return set;
}

function tmpfilesOf(files: FileTree): ReadonlyMap<string, string> {
  const lines = configFiles(files, 'tmpfiles.d', '.conf').flatMap(path => parseTmpfiles(textOf(files, path) ?? ''));
  return new Map(writesInOrder(lines).map(({ path, argument = '' }) => [path, argument.replaceAll('%%', '%')]));
}

function choicesOf(host: Host): ReadonlyMap<string, string> {
  const choices = new Map<string, string>();
  for (const device of valueIfKnown(host.blockDevices) ?? []) {
    const boot = valueIfKnown(schedulerAtBoot(host, device));
    if (boot !== undefined) choices.set(`/sys/block/${device.name}/queue/scheduler`, boot.value);
  }
  const thp = valueIfKnown(thpAtBoot(host));
  if (thp !== undefined) choices.set('/sys/kernel/mm/transparent_hugepage/enabled', thp.value);
  return choices;
}

const modulesOf = (files: FileTree): ReadonlyMap<string, string> =>
  new Map(
    configFiles(files, 'modprobe.d', '.conf').flatMap(path =>
      moduleOptions(textOf(files, path) ?? '').map(({ module, parameter, value }): [string, string] => [
        `/sys/module/${module}/parameters/${parameter}`,
        value ?? '',
      ]),
    ),
  );

/** `kvm.halt_poll_ns=0` on the command line wins over modprobe.d. */
const modulesOnLine = (words: readonly KernelParameter[]): readonly (readonly [string, string])[] =>
  words.flatMap(({ name, value }) => {
    const [module, parameter] = name.split('.');
    return parameter === undefined || value === undefined || module === 'sysctl'
      ? []
      : [[`/sys/module/${module?.replaceAll('-', '_')}/parameters/${parameter}`, value] as const];
  });

function bootMounts(
  machine: SimulatedMachine,
  was: ReadonlyMap<string, string>,
  is: ReadonlyMap<string, string>,
): void {
  const table = '/proc/self/mounts';
  for (const [target, options] of news(was, is)) {
    const before = (was.get(target) ?? '').split(',');
    const after = options.split(',');
    const lines = (machine.text(table) ?? '').split('\n').map(line => {
      const [what, where, type, told = '', ...rest] = line.split(' ');
      if (where !== target) return line;
      const gone = before.filter(option => !after.includes(option));
      const added = after.filter(option => !before.includes(option));
      const nameOf = (option: string): string => option.split('=', 1)[0] ?? '';
      const kept = told.split(',').filter(option => ![...gone, ...added].some(one => nameOf(one) === nameOf(option)));
      return [what, where, type, [...kept, ...added].join(','), ...rest].join(' ');
    });
    machine.files.write(table, lines.join('\n'));
  }
}
