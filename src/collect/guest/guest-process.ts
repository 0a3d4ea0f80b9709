import { fileText, folderNames, lackOf, textIfThere } from '#collect/file-facts';
import { allowedNodes, memoryByNode, placementFiles, runningMs } from '#collect/guest/process-placement';
import type { Sources } from '#collect/sources';
import { ksmCounter } from '#formats/proc/ksm-stat';
import { amountInSmaps } from '#formats/proc/smaps-rollup';
import type { GuestProcess, ProcessKsm } from '#model/guest';
import { type Known, known, unknown, valueIfKnown } from '#model/known';
import type { Bytes } from '#units/bytes';

/** Files that tell of guests' processes, for the reading's list of ways. */
export const processFiles: readonly string[] = [
  '/run/libvirt/qemu/*.pid',
  '/run/user/*/libvirt/qemu/run/*.pid',
  '/sys/fs/cgroup/machine.slice/*/cgroup.procs',
  '/sys/fs/cgroup/machine.slice/*/libvirt/cgroup.procs',
  '/sys/fs/cgroup/systemd/machine.slice/*/cgroup.procs',
  '/proc/*/smaps_rollup',
  '/proc/*/ksm_stat',
  '/proc/*/ksm_merging_pages',
  '/proc/*/task/*/comm',
  '/proc/*/task/*/schedstat',
  ...placementFiles,
];

/** A guest that has no process: the same fact for all of it. */
export const noProcess = (fact: Known<never>): GuestProcess => ({
  pid: fact,
  anonymousHugePages: fact,
  ksm: fact,
  runningMs: fact,
  allowedNodes: fact,
  memoryByNode: fact,
});

/** Gives the process of a running guest of QEMU, and what the kernel tells of it. */
export function guestProcess(sources: Sources, pid: Known<number>): GuestProcess {
  if (pid.state !== 'known') return noProcess(pid);
  return {
    pid,
    anonymousHugePages: anonymousHugePages(sources, pid.value),
    ksm: processKsm(sources, pid.value),
    runningMs: runningMs(sources, pid.value),
    allowedNodes: allowedNodes(sources, pid.value),
    memoryByNode: memoryByNode(sources, pid.value),
  };
}

/** Gives the process id of a running guest: libvirt's pid file, else the first process of its cgroup. */
export function pidOfGuest(sources: Sources, name: string, instance: 'system' | 'session'): Known<number> {
  if (instance === 'session') return pidOfSession(sources, name);
  const path = `/run/libvirt/qemu/${name}.pid`;
  const text = fileText(sources, path);
  const found = pidIn(text, path) ?? pidInCgroup(sources, name);
  if (found !== undefined) return found;
  return text.state === 'unknown' ? text : unknown(`neither ${path} nor a cgroup names its process`, 'run as root');
}

function pidIn(text: Known<string>, path: string): Known<number> | undefined {
  const first = text.state === 'known' ? /^\s*([1-9]\d{0,9})\s*$/m.exec(text.value)?.[1] : undefined;
  return first === undefined ? undefined : known(Number(first), { from: path, value: first });
}

/** An unprivileged libvirt (qemu:///session) keeps its pid files below the user's folder. */
function pidOfSession(sources: Sources, name: string): Known<number> {
  for (const user of valueIfKnown(folderNames(sources, '/run/user')) ?? []) {
    const path = `/run/user/${user}/libvirt/qemu/run/${name}.pid`;
    const pid = pidIn(fileText(sources, path), path);
    if (pid !== undefined) return pid;
  }
  return unknown(`no file /run/user/*/libvirt/qemu/run/${name}.pid names its process`);
}

/** systemd's scope of a machine is `machine-qemu\x2dID\x2dNAME.scope`, escaped as systemd-escape(1) does; a long name is cut. */
function pidInCgroup(sources: Sources, name: string): Known<number> | undefined {
  for (const root of ['/sys/fs/cgroup', '/sys/fs/cgroup/systemd']) {
    const slice = `${root}/machine.slice`;
    for (const scope of valueIfKnown(folderNames(sources, slice)) ?? []) {
      const machine = /^machine-qemu\\x2d\d+\\x2d(.+)\.scope$/.exec(scope)?.[1];
      if (machine === undefined || unescapeName(machine) !== name) continue;
      for (const folder of ['libvirt/', '']) {
        const path = `${slice}/${scope}/${folder}cgroup.procs`;
        const pid = pidIn(fileText(sources, path), path);
        if (pid !== undefined) return pid;
      }
    }
  }
  return undefined;
}

const unescapeName = (escaped: string): string =>
  escaped.replaceAll(/\\x([0-9a-f]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));

function anonymousHugePages(sources: Sources, pid: number): Known<Bytes> {
  const path = `/proc/${pid}/smaps_rollup`;
  const result = sources.files.read(path);
  if (result.outcome !== 'ok') return lackOf(result, path);
  const amount = amountInSmaps(result.value, 'AnonHugePages');
  return amount === undefined
    ? unknown(`${path} tells no AnonHugePages`)
    : known(amount, { from: path, value: `AnonHugePages: ${amount / 1024} kB` });
}

function processKsm(sources: Sources, pid: number): Known<ProcessKsm> {
  const path = `/proc/${pid}/ksm_stat`;
  const text = fileText(sources, path);
  const stat = valueIfKnown(text) ?? '';
  const alone = textIfThere(sources, `/proc/${pid}/ksm_merging_pages`) ?? '';
  const mergingPages = ksmCounter(stat, 'ksm_merging_pages') ?? (/^\d{1,15}$/.test(alone) ? Number(alone) : undefined);
  if (mergingPages === undefined) return text.state === 'known' ? unknown(`${path} tells no merging pages`) : text;
  const rmapItems = ksmCounter(stat, 'ksm_rmap_items');
  const from = text.state === 'known' ? path : `/proc/${pid}/ksm_merging_pages`;
  return known({ mergingPages, rmapItems }, { from, value: stat.trim().replaceAll('\n', ', ') || alone });
}
