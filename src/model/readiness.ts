/** Whether a guest that is off may be switched to another virtual device: what was found, and where. */
export interface Readiness {
  /** What it is switched to. */
  readonly target: DiskBus | 'virtio-net';
  /** `safe`: all that is needed was found. `unsafe`: something is against it. `unknown`: nothing is, and not all could be read. */
  readonly verdict: 'safe' | 'unsafe' | 'unknown';
  /** What is against it. */
  readonly against: readonly ReadinessPoint[];
  /** What speaks for it. */
  readonly proof: readonly ReadinessPoint[];
  /** What could not be read. */
  readonly unread: readonly { readonly what: string; readonly why: string }[];
  /** What has to stay as it is for this to hold. */
  readonly conditions: readonly string[];
  /** What keeps no guest from booting, and is to be put right all the same. */
  readonly remarks: readonly ReadinessPoint[];
}

export type DiskBus = 'virtio-blk' | 'virtio-scsi';

/** Something that was found in the files of a guest. */
export interface ReadinessPoint {
  readonly says: string;
  /** File and line. */
  readonly at: string;
  /** The line. */
  readonly text?: string;
  readonly doThis?: string;
}
