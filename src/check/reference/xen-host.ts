/** What makes the reference machine a Xen control domain, for examples of rules about Xen. */
export const xenHost: Readonly<Record<string, string | null>> = {
  '/proc/xen/capabilities': 'control_d',
  '/sys/hypervisor/type': 'xen',
  '/sys/hypervisor/guest_type': 'PV',
  '/sys/hypervisor/version/major': '4',
  '/sys/hypervisor/version/minor': '18',
  '/sys/hypervisor/version/extra': '.0_04-150600.3',
  '/dev/kvm': null,
  '/proc/modules': 'xen_gntdev 36864 1 - Live 0x0000000000000000',
};

/** A Xen host of another distribution than SUSE's. */
export const xenOnDebian: Readonly<Record<string, string | null>> = {
  ...xenHost,
  '/etc/os-release': 'ID=debian\nVERSION_ID="12"\nPRETTY_NAME="Debian GNU/Linux 12 (bookworm)"',
};

/** `xl info` of a machine with the memory given, in MiB, and the hypervisor options given. */
export const xlInfo = (totalMib: number, options: string): Readonly<Record<string, string>> => ({
  'xl info': `host                   : node7\nxen_major              : 4\nxen_minor              : 18\ntotal_memory           : ${totalMib}\nxen_commandline        : ${options}\n`,
});

/** `xl list 0` with dom0's memory in MiB. */
export const xlList = (mib: number): Readonly<Record<string, string>> => ({
  'xl list 0': `Name                                        ID   Mem VCPUs\tState\tTime(s)\nDomain-0                                     0 ${String(mib).padStart(5)}     8     r-----     100.0\n`,
});
