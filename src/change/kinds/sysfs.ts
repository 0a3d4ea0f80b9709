import type { Change } from '#change/change';

/** Text of one file under /sys, without its newline. */
type Running = Change<'sysfs', string>;
/** A line of our own tmpfiles.d file that writes it at boot; undefined: no line. */
type Stored = Change<'tmpfiles', string | undefined>;

/** Writes a knob under /sys now and at each boot. `path` is absolute. */
export const setSysfs = (path: string, before: string, after: string): readonly [Running, Stored] => [
  { kind: 'sysfs', on: path, before, after, lasts: 'until-reboot', takesEffect: 'at-once' },
  persistSysfs(path, after),
];

/** Writes a knob under /sys at each boot (`w` line of /etc/tmpfiles.d/nearmetal.conf); the running value stays. */
export const persistSysfs = (path: string, value: string): Stored => ({
  kind: 'tmpfiles',
  on: `/etc/tmpfiles.d/nearmetal.conf ${path}`,
  before: undefined,
  after: value,
  lasts: 'across-reboots',
  takesEffect: 'host-reboot',
});
