import { affectFlags } from '#formats/libvirt-rpc/flags';
import type { CallOptions } from '#libvirt/rpc-channel';

/** Which half of a guest is meant. */
export interface WhichOptions extends CallOptions {
  /** `live`: as it runs now; `config`: as it will start next; left out: live where it runs, else config. */
  readonly of?: 'live' | 'config' | undefined;
}

/** Gives libvirt's flag for a half of a guest; 0 leaves the choice to the daemon. */
export const affects = (of: 'live' | 'config' | undefined): number => (of === undefined ? 0 : affectFlags[of]);
