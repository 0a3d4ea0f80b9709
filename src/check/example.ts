import type { Severity } from '#check/verdict';
import type { Intent } from '#wishes/intent';

/**
 * An example of a rule: test, documentation and specification in one. It says only how it differs from the reference machine
 * (`check/reference-machine`): a healthy two-node KVM host with one healthy guest. It is read by the same collectors and parsers as
 * a real machine.
 */
export interface Example {
  /** What the case is: `guests of three systems, KSM on`. */
  readonly name: string;
  /** Files of the host by absolute path; null: not there; 'denied': no right to read; `-> target`: a symbolic link. A folder that should be empty or gone: its path with a final slash, null. */
  readonly files?: Readonly<Record<string, string | null | 'denied'>>;
  /** Room in file systems by mount point, in bytes; 512 GiB free of 1 TiB where nothing is said. */
  readonly rooms?: Readonly<Record<string, { readonly size: number; readonly free: number }>>;
  /** Standard output of read-only commands, by command line. */
  readonly commands?: Readonly<Record<string, string>>;
  /** The guest that is judged: how it differs from the reference guest. Null: the host has no guest. */
  readonly guest?: string | ExampleGuest | null;
  /** Further guests. */
  readonly others?: readonly (string | ExampleGuest)[];
  /** libvirt's answers that differ; null: no libvirt. */
  readonly libvirt?: ExampleLibvirt | null;
  /** Intents of the judged guest (for host rules: of all guests). */
  readonly intents?: readonly Intent[];
  readonly policy?: 'current' | 'guide';
  readonly params?: Readonly<Record<string, number>>;
  readonly expect: 'good' | 'bad' | 'unknown' | 'not-applicable';
  /** Severity expected of a bad one, where it is not the rule's own. */
  readonly severity?: Severity;
  /** Kinds of the changes expected, in order. */
  readonly fixes?: readonly string[];
}

/**
 * A guest in an example. As a bare string: an XML fragment whose elements replace those of the same name in the reference guest
 * (children of `<devices>` one element name at a time), or a whole `<domain>`.
 */
export interface ExampleGuest {
  readonly xml: string;
  readonly name?: string;
  /** Running by default. */
  readonly isRunning?: boolean;
  readonly autostart?: boolean;
  /** Live XML where it differs from the stored one, as a fragment likewise. */
  readonly live?: string;
  /** Elements to take away from the reference guest: `memballoon`, `devices/rng`. */
  readonly without?: readonly string[];
  /** Bulk statistics: `balloon.current`, `vcpu.0.time`. */
  readonly stats?: Readonly<Record<string, number | string>>;
  /** Statistics of the second sample, 60 s later. */
  readonly laterStats?: Readonly<Record<string, number | string>>;
  readonly intents?: readonly Intent[];
  /**
   * Files inside the guest that differ from those of the reference guest, likewise; a question to its agent or a command of Windows
   * stands with what it says. Left out: its guest agent was not asked.
   */
  readonly inside?: Readonly<Record<string, string | null | 'denied'>>;
}

/** What libvirt answers in an example. */
export interface ExampleLibvirt {
  readonly uri?: string;
  readonly version?: string;
  readonly qemuVersion?: string;
  /** Replaces the whole capabilities document. */
  readonly capabilities?: string;
  /** Replace all domain-capabilities documents. */
  readonly domainCapabilities?: readonly string[];
  /** virNodeInfo, where it differs; memory in KiB. */
  readonly node?: Readonly<Partial<Record<'memoryKib' | 'cpus' | 'nodes' | 'sockets' | 'cores' | 'threads', number>>>;
  /** Network, pool documents by name. */
  readonly networks?: Readonly<Record<string, string>>;
  readonly pools?: Readonly<Record<string, string>>;
  /** Documents of volumes by path; they lie in a pool of their own. */
  readonly volumes?: Readonly<Record<string, string>>;
  /** Set when guests' XML was not to be read: the reason. */
  readonly noGuests?: string;
}
