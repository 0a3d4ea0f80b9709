/** An argument that QEMU dropped. */
export interface RemovedArgument {
  readonly name: string;
  /** The first release without it. */
  readonly since: string;
  /** What stands for it now. */
  readonly now: string;
}

interface Pattern extends RemovedArgument {
  readonly holds: (arg: string, before: string | undefined) => boolean;
}

/** An option that is gone, whatever its value. */
const option = (name: string, since: string, now: string): Pattern => ({
  name,
  since,
  now,
  holds: arg => arg === name || arg === `-${name}`,
});

/** Arguments that QEMU dropped, the release in which they went, and what stands for them now; QEMU: about/removed-features. */
const removed: readonly Pattern[] = [
  option('-realtime', '6.0', '-overcommit mem-lock=on|off, or locked under memoryBacking'),
  option('-no-hpet', '9.0', '-machine hpet=off, or a timer hpet with present=no'),
  option('-no-acpi', '9.0', '-machine acpi=off, or no acpi under features'),
  option('-balloon', '3.1', 'the memballoon element'),
  option('-no-kvm-irqchip', '3.0', '-machine kernel_irqchip=off, or ioapic under features'),
  option('-no-kvm-pit-reinjection', '3.0', 'a timer pit with tickpolicy=discard'),
  option('-nodefconfig', '3.1', '-no-user-config, which libvirt gives'),
  option('-localtime', '3.1', 'a clock with offset=localtime'),
  option('-startdate', '3.1', 'a clock with offset=absolute'),
  option('-rtc-td-hack', '3.1', 'a timer rtc with tickpolicy=catchup'),
  option('-redir', '3.1', '-netdev user with hostfwd'),
  option('-bootp', '3.1', '-netdev user with bootp'),
  option('-tftp', '3.1', '-netdev user with tftp'),
  option('-smb', '3.1', '-netdev user with smb'),
  option('-no-kvm', '5.2', 'a domain of type qemu'),
  option('-show-cursor', '6.0', '-display with show-cursor=on'),
  option('-tb-size', '6.0', 'tb-cache under features/tcg'),
  option('-no-quit', '7.0', '-display with window-close=off'),
  option('-enable-fips', '7.1', 'nothing: QEMU uses the libraries of the host'),
  option('-writeconfig', '7.1', 'nothing'),
  option('-soundhw', '7.1', 'a sound element'),
  option('-watchdog', '7.2', 'a watchdog element'),
  {
    name: '-net …,vlan=',
    since: '3.0',
    now: '-netdev with -device, or an interface element',
    holds: (arg, before) => before === '-net' && /(?:^|,)vlan=/.test(arg),
  },
  {
    name: '-usbdevice audio|ccid',
    since: '6.0',
    now: '-device usb-audio or usb-ccid',
    holds: (arg, before) => before === '-usbdevice' && /^(?:audio|ccid)\b/.test(arg),
  },
  {
    name: 'scsi= of virtio-blk',
    since: '9.1',
    now: 'nothing: SCSI commands go through virtio-scsi',
    holds: (arg, before) => before === '-device' && arg.startsWith('virtio-blk') && /,scsi=/.test(arg),
  },
];

/** Gives those of QEMU's arguments that some release of it dropped, each with where it stands first. */
export const removedArguments = (args: readonly string[]): readonly (RemovedArgument & { readonly at: number })[] =>
  removed.flatMap(({ holds, name, since, now }) => {
    const at = args.findIndex((arg, index) => holds(arg, args[index - 1]));
    return at < 0 ? [] : [{ name, since, now, at }];
  });
