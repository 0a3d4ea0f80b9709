import type { Host } from '#model/host';
import { chainKnown, firstKnown, type Known, known, mapKnown } from '#model/known';
import { compareVersions, parseVersion } from '#units/version';

/** `dom0_mem=` of the Xen hypervisor: what it says, undefined where the option is not given. */
export interface Dom0MemoryOption {
  /** The text after the equals sign: `4G,max:4G`. */
  readonly value: string | undefined;
}

/** Gives `dom0_mem=` as the running hypervisor has it, else as the boot loader's Xen variable says for the next boot. */
export function dom0MemoryOption(host: Host): Known<Dom0MemoryOption> {
  const running = mapKnown(host.xen.commandLine, words => ({
    value: words.findLast(word => word.startsWith('dom0_mem='))?.slice('dom0_mem='.length),
  }));
  const configured = mapKnown(host.kernel.configuredXenCommandLine, words => ({
    value: words.findLast(word => word.name === 'dom0_mem')?.value,
  }));
  return firstKnown(running, configured);
}

const sles15Sp1 = parseVersion('15.1');

/** Whether the distribution's Xen is built with a dom0 size of its own (`1G+10%,max:64G`): SUSE's since SLE 15 SP1. */
export const hasBuiltInDom0Memory = (host: Host): Known<boolean> =>
  chainKnown(host.distribution, ({ family, version }) => {
    const isSuse = family.some(id => id === 'sles' || id === 'suse' || id === 'opensuse' || id.startsWith('opensuse-'));
    if (!isSuse) return known(false);
    return known(version === undefined || (sles15Sp1 !== undefined && compareVersions(version, sles15Sp1) >= 0));
  });
