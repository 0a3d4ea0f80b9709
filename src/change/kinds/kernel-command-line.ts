import type { Change } from '#change/change';

/** Words of one boot variable, in order. */
type Words = readonly string[];

/**
 * Changes words of the command line that the boot loader passes: `GRUB_CMDLINE_LINUX_DEFAULT` for the kernel,
 * `GRUB_CMDLINE_XEN_DEFAULT` for the Xen hypervisor. `before` and `after` hold only the words concerned.
 */
export const setKernelCommandLine = (
  variable: string,
  before: Words,
  after: Words,
): Change<'kernel-command-line', Words> => ({
  kind: 'kernel-command-line',
  on: variable,
  before,
  after,
  lasts: 'across-reboots',
  takesEffect: 'host-reboot',
});
