import type { Known } from '#model/known';
import type { Bytes } from '#units/bytes';
import type { Version } from '#units/version';

/** Facts of a Xen control domain; absent elsewhere. */
export interface Xen {
  readonly version: Known<Version>;
  /** Options that the running hypervisor was started with: `xl info` xen_commandline, /proc/xen or /sys/hypervisor/properties where told. */
  readonly commandLine: Known<readonly string[]>;
  /** All memory of the machine: `xl info` total_memory, libvirt's node info. */
  readonly totalMemory: Known<Bytes>;
  /** Memory of dom0 now: `xl list 0`, libvirt's Domain-0. */
  readonly dom0Memory: Known<Bytes>;
  /** guest_type of this domain: PV, PVH or HVM (/sys/hypervisor/guest_type). */
  readonly guestType: Known<string>;
  /** autoballoon of /etc/xen/xl.conf, unquoted. */
  readonly autoballoonXl: Known<string>;
  /** autoballoon of /etc/libvirt/libxl.conf, unquoted. */
  readonly autoballoonLibxl: Known<string>;
}
