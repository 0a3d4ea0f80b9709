import type { Evidence, Known } from '#model/known';

/** A systemd unit that matters to a virtualization host. */
export interface Service {
  /** `ksm.service`, `dev-hugepages.mount`. */
  readonly name: string;
  /** Whether its unit file is installed. */
  readonly isInstalled: boolean;
  /** Whether it is masked: a link to /dev/null in /etc or /run keeps it from starting at all. */
  readonly isMasked: boolean;
  /** Whether a target wants it at boot (links in the .wants and .requires folders of /etc, /run and the vendor's); undefined where it cannot be told. */
  readonly isEnabled: boolean | undefined;
  /** Whether it runs (its cgroup holds processes, its socket or mount is there); undefined where it cannot be told. */
  readonly isActive: boolean | undefined;
  /** What these answers stand on. */
  readonly evidence: readonly Evidence[];
}

/** tuned, which sets many knobs at once. */
export interface Tuned {
  /** /etc/tuned/active_profile; absent where tuned is not installed or has no profile. */
  readonly activeProfile: Known<string>;
  /** Settings of the active profile and those it includes, as tuned merges them; absent where tuned has no profile or does not start at boot. */
  readonly settings: Known<readonly TunedSetting[]>;
  /** reapply_sysctl of tuned-main.conf (default yes): after tuned's own, the settings of /run/sysctl.d, /etc/sysctl.d and /etc/sysctl.conf are written once more and win. */
  readonly reappliesSysctl: Known<boolean>;
}

/** One setting of a tuned profile. */
export interface TunedSetting {
  readonly section: string;
  /** The plugin that carries it out: `sysctl`, `vm`, `disk`, `sysfs`, `bootloader`; the section's name unless it says `type=`. */
  readonly plugin: string;
  readonly key: string;
  /**
   * With the profile's variables filled in; what only tuned can compute (`\${f:…}`) is left as it stands. `>5` and `<5` only raise or
   * lower what is there.
   */
  readonly value: string;
  readonly file: string;
  readonly line: number;
  /** Devices that the section is for, as written (`sd*,!sda`); undefined: all. */
  readonly devices: string | undefined;
  /** A condition that could not be judged from here (`cpuinfo_regex=…`); the setting may not apply. Sections whose condition fails are left out. */
  readonly condition: string | undefined;
}
