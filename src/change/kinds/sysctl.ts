import type { Change } from '#change/change';

/** Running value of a sysctl; undefined where the key is not set. */
type Running = Change<'sysctl', string>;
/** The line `name = value` of our own drop-in; undefined: no line. */
type Stored = Change<'sysctl-file', string | undefined>;

/** Our own drop-in. */
const dropIn = '/etc/sysctl.d/90-nearmetal.conf';

/** Whether a line in `file` is applied after our drop-in at boot and wins over it: systemd-sysctl sorts by file name, and reads /etc/sysctl.conf as 99-sysctl.conf. */
export const winsOverDropIn = (file: string): boolean => {
  const name = file === '/etc/sysctl.conf' ? '99-sysctl.conf' : (file.split('/').at(-1) ?? '');
  return name > (dropIn.split('/').at(-1) ?? '');
};

/** Writes a sysctl now and keeps it over a reboot: the live half and the drop-in half of one practice. Values are the kernel's own text. */
export const setSysctl = (name: string, before: string, after: string): readonly [Running, Stored] => [
  { kind: 'sysctl', on: name, before, after, lasts: 'until-reboot', takesEffect: 'at-once' },
  persistSysctl(name, after),
];

/** Keeps a sysctl over a reboot, in /etc/sysctl.d/90-nearmetal.conf; the running value stays. */
export const persistSysctl = (name: string, value: string): Stored => ({
  kind: 'sysctl-file',
  on: `${dropIn} ${name}`,
  before: undefined,
  after: value,
  lasts: 'across-reboots',
  takesEffect: 'host-reboot',
});
