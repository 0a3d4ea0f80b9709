/**
 * One reversible change, as data: it can be shown, sent, saved and undone. The inverse is a swap of `before` and `after`, never a
 * closure, so it survives JSON, SSH and a crash.
 */
export interface Change<K extends string = string, S = unknown> {
  /** The kind of change: `sysctl`, `ksm`, `domain-xml`. */
  readonly kind: K;
  /** What it acts on: the host, or a guest by name, and the knob. */
  readonly on: string;
  /** The state that was seen; apply refuses where it no longer holds. Undefined: nothing was set. */
  readonly before: S;
  readonly after: S;
  readonly lasts: 'guest-run' | 'until-reboot' | 'across-reboots';
  readonly takesEffect: 'at-once' | 'daemon-restart' | 'guest-power-cycle' | 'host-reboot';
  /** What must hold while it is made. */
  readonly requires?: 'guest-off';
}

/** Gives the change that takes `change` back. */
export const invert = <K extends string, S>(change: Change<K, S>): Change<K, S> => ({
  ...change,
  before: change.after,
  after: change.before,
});
