import type { WaiverUse } from '#check/waiver-use';
import type { Disk, NetworkInterface } from '#model/domain-devices';
import type { Guest } from '#model/guest';
import type { Host } from '#model/host';
import type { Image, StoragePool } from '#model/image';
import type { Known } from '#model/known';
import type { Machine } from '#model/machine';
import type { Network } from '#model/network';

/** A host and all around it. */
export interface HostView {
  readonly host: Host;
  /** All guests; unknown where libvirt did not answer. */
  readonly guests: Known<readonly Guest[]>;
  readonly networks: Known<readonly Network[]>;
  readonly pools: Known<readonly StoragePool[]>;
}

/** One guest and all around it. */
export interface GuestView extends HostView {
  readonly guest: Guest;
}

/** The subjects that rules judge, and what a selector sees of each. */
export interface Views {
  readonly host: HostView;
  readonly guest: GuestView;
  readonly disk: GuestView & { readonly disk: Disk };
  readonly nic: GuestView & { readonly nic: NetworkInterface };
  readonly image: HostView & { readonly image: Image };
  readonly network: HostView & { readonly network: Network };
  readonly pool: HostView & { readonly pool: StoragePool };
  readonly waiver: { readonly waiver: WaiverUse };
  readonly fleet: { readonly machines: readonly Machine[] };
}

/** What a rule judges. */
export type SubjectKind = keyof Views;
