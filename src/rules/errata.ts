/** A departure from the guide that no rule carries: an error in its prose, or of a practice that has no rule yet. */
export interface ProseErratum {
  /** Its number: `X36`. */
  readonly number: string;
  /** Sections of the guide. */
  readonly sections: readonly string[];
  /** The practice that it belongs to, where one is to carry it. */
  readonly practice?: string;
  readonly guideSays: string;
  /** What is true, and since when. */
  readonly truth: string;
  readonly source: string;
}

/** Numbers of the errata run from X01 to this one; each is named by a rule's `departs` or stands in the list below, never both. */
export const lastErratum = 72;

/** What the guide has wrong that no rule carries, by number. */
export const proseErrata: readonly ProseErratum[] = [
  {
    number: 'X29',
    sections: ['4.5.2.3'],
    practice: 'migration/cpu-baseline',
    guideSays: 'virsh capabilities >> all-hosts-cpu-caps.xml on each host, then virsh cpu-baseline all-hosts-caps.xml.',
    truth:
      'The two names differ, and >> on each host makes one file on each, which has to be joined. capabilities describe the host, not what QEMU gives a guest: since libvirt 4.4 take virsh domcapabilities of each host and hypervisor-cpu-baseline --migratable.',
    source: 'libvirt: virsh(1), hypervisor-cpu-baseline',
  },
  {
    number: 'X30',
    sections: ['4.6.1'],
    practice: 'numa/balancing-scan-rates',
    guideSays: 'numa_balancing_scan_delay_ms, …_period_min_ms, …_period_max_ms and …_size_mb are sysctls.',
    truth:
      'Since Linux 5.13 (SLES 15 SP4) they are files in /sys/kernel/debug/sched/numa_balancing, which a reboot resets; only the switch, kernel.numa_balancing, is still a sysctl.',
    source: 'linux: commit 8a99b6833c88; admin-guide/sysctl/kernel.rst, numa_balancing',
  },
  {
    number: 'X31',
    sections: ['4.6.2'],
    practice: 'numa/cpuset-conflict',
    guideSays:
      'cpusets have the modes interleave, bind and preferred; cgset -r cpuset.mems=NODE sysdefault/libvirt/qemu/NAME/emulator sets them, and grep Cpus /proc/PID/status shows that all is fine.',
    truth:
      'These are modes of the memory policy (set_mempolicy); a cpuset has only lists of CPUs and memory nodes. The path is that of libvirt before 1.0.5, and what cgset writes libvirt does not know: virsh numatune does both. Memory is bound by what Mems_allowed shows, not Cpus_allowed.',
    source: 'linux: admin-guide/mm/numa_memory_policy.rst, admin-guide/cgroup-v1/cpusets.rst; libvirt: cgroups.html',
  },
  {
    number: 'X33',
    sections: ['4.6.3.1'],
    practice: 'numa/cpuset-conflict',
    guideSays: 'Where memory is stands in /sys/fs/cgroup/memory/sysdefault/libvirt/qemu/NAME/memory.numa_stat.',
    truth:
      'So with cgroup v1 and libvirt before 1.0.5. With systemd it is machine.slice/machine-qemu…scope, and on cgroup v2 there is no folder memory.',
    source: 'libvirt: cgroups.html, Systemd cgroups integration; linux: admin-guide/cgroup-v2.rst',
  },
  {
    number: 'X35',
    sections: ['5.1'],
    practice: 'image/compression-with-encryption',
    guideSays: 'Compression (-c) cannot be joined with encryption (-e).',
    truth: 'They still exclude each other, but there is no -e: encryption is -o encrypt.format=luks with a secret.',
    source:
      'QEMU: qemu-img(1), convert; measured with QEMU 7.2: “Compression and encryption not supported at the same time”',
  },
  {
    number: 'X41',
    sections: ['5.2'],
    practice: 'image/backing-path-moved',
    guideSays: 'After moving the base: ln -sf OLD_PATH NEW_PATH, then qemu-img rebase -u -b OLD_PATH OVERLAY.',
    truth:
      'Both are the wrong way round: the link has to stand at the old path, and -b names the new one. -F with the format of the base is needed since QEMU 6.1. -u looks at no content: with a wrong base the guest’s disk is silently damaged.',
    source: 'QEMU: about/removed-features.rst, 6.1; qemu-img(1), rebase',
  },
  {
    number: 'X72',
    sections: ['7.4'],
    guideSays: 'domxml-to-native gives the QEMU command line to launch the guest.',
    truth:
      'It gives what libvirt starts, which does not run by itself: QEMU waits for libvirt (-S), sockets, keys and file descriptors are libvirt’s, and every interface is printed as a tap, whatever it is.',
    source: 'libvirt: src/qemu/qemu_driver.c, qemuConnectDomainXMLToNative; measured with libvirt 9.0',
  },
];
