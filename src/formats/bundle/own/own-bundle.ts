/** What came of looking at something: `absent` it is not there, `denied` it may not be looked at, `not-captured` nobody could look. */
export type Look<T> =
  | { readonly outcome: 'ok'; readonly value: T }
  | { readonly outcome: 'absent' }
  | { readonly outcome: 'denied'; readonly reason: string }
  | { readonly outcome: 'not-captured'; readonly reason: string };

/** Room in the file system that holds a path, in bytes. */
export interface Room {
  readonly size: number;
  readonly free: number;
}

/** What was looked at of files and commands, and what came of it. */
export interface BundledLooks {
  /** Texts of files by absolute path. */
  readonly reads: ReadonlyMap<string, Look<string>>;
  /** Names in folders. */
  readonly lists: ReadonlyMap<string, Look<readonly string[]>>;
  /** Targets of symbolic links, as written in them. */
  readonly links: ReadonlyMap<string, Look<string>>;
  readonly rooms: ReadonlyMap<string, Look<Room>>;
  readonly commands: readonly { readonly argv: readonly string[]; readonly output: Look<string> }[];
}

/** All that was seen of a machine at one time, by what was asked. */
export interface BundleSample extends BundledLooks {
  readonly libvirt: BundledLibvirt | NoLibvirt;
}

/** What libvirt answered: JSON in which documents stand as `{ "document": "domains/….xml" }`, and those documents. */
export interface BundledLibvirt {
  readonly answers: unknown;
  readonly documents: ReadonlyMap<string, string>;
}

/** Why libvirt was not asked or gave no answer. */
export interface NoLibvirt {
  readonly reason: string;
  readonly remedy?: string | undefined;
}

/** What a guest said of itself through its agent or a facts file, or why it said nothing. */
export interface BundledInside {
  /** Its UUID, or its name where no UUID is known. */
  readonly guest: string;
  /** `by`: whom it comes from. */
  readonly said: (BundledLooks & { readonly by: string }) | NoLibvirt;
}

/** One fact of the model, and what became of it: for people who open a bundle. */
export interface ReadingState {
  readonly fact: string;
  readonly state: 'known' | 'absent' | 'unknown';
  readonly reason?: string | undefined;
}

/** A bundle of our own: a machine as it was seen. */
export interface OwnBundle {
  /** Version of nearmetal that wrote it. */
  readonly version: string;
  /** When it was written: ISO 8601, UTC. */
  readonly time: string;
  /** What was looked at, for people: `this machine`. */
  readonly source: string;
  /** Stable id of the host, where known. */
  readonly host: string | undefined;
  readonly readings: readonly ReadingState[];
  readonly sample: BundleSample;
  /** Undefined where nobody allowed to ask. */
  readonly inside?: readonly BundledInside[] | undefined;
  /** The same machine a while later. */
  readonly later?: (BundleSample & { readonly afterMs: number }) | undefined;
}
