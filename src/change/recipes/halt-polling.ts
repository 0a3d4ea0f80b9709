import { setModuleOption } from '#change/kinds/modprobe-option';
import { setSysfs } from '#change/kinds/sysfs';
import { setBootWords, type WordChanges } from '#change/recipes/command-line-words';
import type { KernelParameter } from '#model/kernel';

const path = '/sys/module/kvm/parameters/halt_poll_ns';
const names: ReadonlySet<string> = new Set(['kvm.halt_poll_ns']);

/**
 * Sets how long KVM polls, in ns: now, for guests started from then on, and whenever the module is loaded; by the kernel command line where
 * it stands there, since modprobe reads that last.
 */
export function keepHaltPolling(
  before: string,
  after: string,
  words: readonly KernelParameter[] | undefined,
): WordChanges {
  const [running] = setSysfs(path, before, after);
  const now = before === after ? [] : [running];
  if (words?.some(({ name }) => names.has(name)) !== true)
    return { fix: [...now, setModuleOption('kvm', 'halt_poll_ns', undefined, after)] };
  const { fix, otherwise } = setBootWords(words, names, [`kvm.halt_poll_ns=${after}`]);
  return { fix: [...now, ...fix], ...(otherwise === undefined ? {} : { otherwise }) };
}
