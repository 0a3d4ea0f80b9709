import type { Distribution } from '#model/host';

/** How a host whose root is replaced as a whole gets another kernel command line. */
export type ImageBased = 'rpm-ostree' | 'transactional-update';

/** What tells it; undefined: that was not to be seen. */
export interface RootSigns {
  readonly distribution: Distribution | undefined;
  /** The running kernel's command line. */
  readonly commandLine: string | undefined;
  /** Mount options of /, of the mount table or of /etc/fstab. */
  readonly rootOptions: readonly string[];
}

const transactional = /^(?:opensuse-(?:microos|leap-micro|aeon|kalpa)|aeon|kalpa|sle-micro|sl-micro|suse-microos)$/;

/**
 * Tells hosts whose root is an image: ostree puts `ostree=` on the command line (ostree: man ostree-prepare-root); MicroOS, SLE Micro and the
 * transactional-server role of SLES and Leap have a read-only root of btrfs that transactional-update replaces (man transactional-update).
 */
export function imageBased({ distribution, commandLine = '', rootOptions }: RootSigns): ImageBased | undefined {
  if (/(?:^|\s)ostree=/.test(commandLine)) return 'rpm-ostree';
  const { id = '', family = [] } = distribution ?? {};
  if (transactional.test(id)) return 'transactional-update';
  const isSuse = family.some(name => name === 'suse' || name === 'opensuse' || name.startsWith('sle'));
  return isSuse && rootOptions.includes('ro') ? 'transactional-update' : undefined;
}

/** What a person does there to bring words of a command line from one state to another. */
export function imageBasedAdvice(
  way: ImageBased,
  variable: string,
  before: readonly string[],
  after: readonly string[],
): string {
  const gone = before.filter(word => !after.includes(word));
  const added = after.filter(word => !before.includes(word));
  if (way === 'rpm-ostree') {
    const options = [...gone.map(word => `--delete='${word}'`), ...added.map(word => `--append='${word}'`)];
    return variable.includes('_XEN')
      ? `The host is an image of rpm-ostree, which keeps no options of Xen: ${wordsToDo(gone, added)} in its boot loader by hand.`
      : `The host is an image of rpm-ostree: rpm-ostree kargs ${options.join(' ')}; then reboot.`;
  }
  return `The root of the host is read-only: ${wordsToDo(gone, added)} in ${variable} of /etc/default/grub (/etc/kernel/cmdline where systemd-boot starts it), then transactional-update grub.cfg, and reboot.`;
}

/** `take x out and put y in`. */
export function wordsToDo(gone: readonly string[], added: readonly string[]): string {
  const parts = [
    ...(gone.length > 0 ? [`take ${gone.join(' ')} out`] : []),
    ...(added.length > 0 ? [`put ${added.join(' ')}`] : []),
  ];
  return parts.join(' and ');
}
