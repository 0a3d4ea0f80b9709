import type { Known } from '#model/known';

/** A systemd unit that matters to a virtualization host. */
export interface Service {
  /** `ksm.service`, `dev-hugepages.mount`. */
  readonly name: string;
  /** Whether its unit file is installed. */
  readonly isInstalled: boolean;
  /** Whether a target wants it at boot (symlinks under /etc/systemd/system and presets' results); undefined where it cannot be told. */
  readonly isEnabled: boolean | undefined;
  /** Whether it runs (its cgroup holds processes, its socket or mount is there); undefined where it cannot be told. */
  readonly isActive: boolean | undefined;
}

/** tuned, which sets many knobs at once. */
export interface Tuned {
  /** /etc/tuned/active_profile; absent where tuned is not installed or has no profile. */
  readonly activeProfile: Known<string>;
  /** Settings of the active profile and those it includes, section.key → value and file. */
  readonly settings: Known<readonly TunedSetting[]>;
}

/** One setting of a tuned profile. */
export interface TunedSetting {
  readonly section: string;
  readonly key: string;
  readonly value: string;
  readonly file: string;
}
