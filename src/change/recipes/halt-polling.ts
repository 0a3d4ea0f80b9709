import { setModuleOption } from '#change/kinds/modprobe-option';
import { setSysfs } from '#change/kinds/sysfs';
import { setBootWords, type WordChanges } from '#change/recipes/command-line-words';
import type { KnobAtBoot } from '#model/derived/knob-at-boot';
import type { KernelParameter } from '#model/kernel';

const path = '/sys/module/kvm/parameters/halt_poll_ns';
const names: ReadonlySet<string> = new Set(['kvm.halt_poll_ns']);

/**
 * Sets how long KVM polls, in ns: now, for guests started from then on, and whenever the module is loaded; by the kernel command line where
 * it stands there, since modprobe reads that last. What writes the file later in the boot (tmpfiles.d, a script, tuned) is named instead.
 */
export function keepHaltPolling(
  before: string,
  after: string,
  words: readonly KernelParameter[] | undefined,
  boot: KnobAtBoot | undefined,
): WordChanges {
  const [running] = setSysfs(path, before, after);
  const now = before === after ? [] : [running];
  if (boot?.value === after) return { fix: now };
  if (boot !== undefined)
    return { fix: now, otherwise: `Set ${path} to ${after} in ${boot.owner}, which decides at boot.` };
  if (words?.some(({ name }) => names.has(name)) !== true)
    return { fix: [...now, setModuleOption('kvm', 'halt_poll_ns', undefined, after)] };
  const { fix, otherwise } = setBootWords(words, names, [`kvm.halt_poll_ns=${after}`]);
  return { fix: [...now, ...fix], ...(otherwise === undefined ? {} : { otherwise }) };
}
