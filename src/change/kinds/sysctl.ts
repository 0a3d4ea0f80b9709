import type { Change } from '#change/change';

/** Running value of a sysctl; undefined where the key is not set. */
type Running = Change<'sysctl', string>;
/** The line `name = value` of our own drop-in; undefined: no line. */
type Stored = Change<'sysctl-file', string | undefined>;

/** Writes a sysctl now and keeps it over a reboot: the live half and the drop-in half of one practice. Values are the kernel's own text. */
export const setSysctl = (name: string, before: string, after: string): readonly [Running, Stored] => [
  { kind: 'sysctl', on: name, before, after, lasts: 'until-reboot', takesEffect: 'at-once' },
  persistSysctl(name, after),
];

/** Keeps a sysctl over a reboot, in /etc/sysctl.d/90-nearmetal.conf; the running value stays. */
export const persistSysctl = (name: string, value: string): Stored => ({
  kind: 'sysctl-file',
  on: `/etc/sysctl.d/90-nearmetal.conf ${name}`,
  before: undefined,
  after: value,
  lasts: 'across-reboots',
  takesEffect: 'host-reboot',
});
