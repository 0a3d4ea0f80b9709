import type { LibvirtAnswers } from '#collect/libvirt-answers';
import { parseMeminfo } from '#formats/proc/meminfo';
import type { FileTree } from '#transport/file-tree';

/**
 * Tells whether the libvirt that answered runs on the machine whose files are at hand: only then may facts of both be joined. True, or
 * the reason why not. A remote URI, the test driver and a socket named in the URI are other places; a local one must also report the
 * memory that /proc/meminfo shows. `asked` is the URI that the user gave.
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
  const meminfo = files.read('/proc/meminfo');
  if (meminfo.outcome !== 'ok') return true;
  const total = parseMeminfo(meminfo.value)?.sizes.get('MemTotal');
  if (total === undefined) return true;
  const reported = answers.node.value.memoryKib * 1024;
  return Math.abs(reported - total) <= total * 0.02
    ? true
    : `${uri} reports another amount of memory than /proc/meminfo: it is not the machine whose files are at hand`;
}
