import type { Known } from '#model/known';

/** A network interface of the host: /sys/class/net/NAME. */
export interface HostNetworkInterface {
  readonly name: string;
  /** bridge, bond, tap, vlan, physical, virtual. */
  readonly kind: string;
  readonly mtu: number | undefined;
  readonly mac: string | undefined;
  /** The bridge or bond that it belongs to. */
  readonly master: string | undefined;
  readonly isUp: boolean | undefined;
  /** NUMA node of a physical one. */
  readonly node: number | undefined;
}

/** A libvirt network. */
export interface Network {
  readonly name: string;
  readonly uuid: string | undefined;
  readonly isActive: Known<boolean>;
  readonly autostart: Known<boolean>;
  /** forward/@mode: nat, route, open, bridge, private, vepa, passthrough, hostdev, none. */
  readonly forward: Known<string>;
  readonly bridge: Known<string>;
}
