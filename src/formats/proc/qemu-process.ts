/** What the command line of a QEMU process tells of it. */
export interface QemuCommand {
  /** Name of the program: `qemu-system-x86_64`, `qemu-kvm`. */
  readonly program: string;
  /** -name, without its options. */
  readonly guest: string | undefined;
  /** What it is for, where that is not a guest of somebody at this host: libvirt's or libguestfs' look at QEMU, Xen's device model. */
  readonly purpose: 'guest' | 'probe' | 'guestfs' | 'xen';
}

/** Reads the arguments of a process (/proc/PID/cmdline, split at NUL); undefined for one that is no QEMU system emulator. */
export function parseQemuCommand(args: readonly string[]): QemuCommand | undefined {
  const program = args[0]?.slice(args[0].lastIndexOf('/') + 1) ?? '';
  if (!/^(?:qemu-system-[\w-]+|qemu-kvm|kvm)$/.test(program)) return undefined;
  const after = (option: string): string | undefined => args[args.indexOf(option) + 1 || args.length];
  const machine = after('-machine') ?? after('-M') ?? '';
  const isXen = args.some(arg => /^-xen-(?:domid|attach)$/.test(arg));
  const purpose = isXen
    ? 'xen'
    : /^none(?:,|$)/.test(machine)
      ? 'probe'
      : args.some(arg => /guestfs/.test(arg))
        ? 'guestfs'
        : 'guest';
  const name = after('-name')
    ?.replace(/^guest=/, '')
    .replace(/,.*$/s, '');
  return { program, guest: name || undefined, purpose };
}
