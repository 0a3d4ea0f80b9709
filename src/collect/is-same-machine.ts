import type { LibvirtAnswers } from '#collect/libvirt-answers';
import { parseMeminfo } from '#formats/proc/meminfo';
import type { FileTree } from '#transport/file-tree';

/**
 * Tells whether the libvirt that answered runs on the machine whose files are at hand: only then may facts of both be joined. True, or
 * the reason why not. A remote URI, the test driver and a socket named in the URI are other places; a local one must also report the
 * memory that the kernel shows here: libvirt adds up its NUMA nodes, which may be less than /proc/meminfo says after memory was plugged
 * in. `asked` is the URI that the user gave.
 */
export function isSameMachine(answers: LibvirtAnswers, files: FileTree, asked: string | undefined): true | string {
  const { uri } = answers;
  const elsewhere = `the files of the machine behind ${uri} are not at hand (--root DIR joins a tree)`;
  const match = /^([a-z]+)(\+[a-z0-9]+)?:\/\/([^/]*)/.exec(uri);
  if (match === null) return elsewhere;
  const [, driver, transport, host] = match;
  if (driver === 'test' || driver === 'esx' || driver === 'vpx' || driver === 'hyperv') return elsewhere;
  if ((host !== undefined && host !== '') || (transport !== undefined && transport !== '+unix')) return elsewhere;
  if (/[?&]socket=/.test(asked ?? '')) return elsewhere;
  // a Xen dom0 sees only its own memory
  if (driver === 'xen' || 'error' in answers.node) return true;
  const reported = answers.node.value.memoryKib * 1024;
  const totals = [totalIn(files, '/proc/meminfo'), nodesTotal(files)].filter(total => total !== undefined);
  return totals.length === 0 || totals.some(total => Math.abs(reported - total) <= total * 0.02)
    ? true
    : `${uri} reports another amount of memory than /proc/meminfo: it is not the machine whose files are at hand`;
}

/** What all NUMA nodes hold, in bytes. */
function nodesTotal(files: FileTree): number | undefined {
  const folder = '/sys/devices/system/node';
  const names = files.list(folder);
  if (names.outcome !== 'ok') return undefined;
  const totals = names.value
    .filter(name => /^node\d+$/.test(name))
    .map(name => totalIn(files, `${folder}/${name}/meminfo`));
  return totals.length === 0 ? undefined : totals.reduce<number>((sum, total) => sum + (total ?? 0), 0);
}

function totalIn(files: FileTree, path: string): number | undefined {
  const meminfo = files.read(path);
  return meminfo.outcome === 'ok' ? parseMeminfo(meminfo.value)?.sizes.get('MemTotal') : undefined;
}
