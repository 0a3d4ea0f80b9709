import type { Change } from '#change/change';
import { defineKind } from '#change/change-kind';
import { setOwnLine } from '#formats/conf/own-file';
import { normalizeSysctl, parseSysctlFile } from '#formats/conf/sysctl-file';

/** Running value of a sysctl. */
type Running = Change<'sysctl', string>;
/** The value that our own drop-in gives a sysctl; undefined: it says nothing of it. */
type Stored = Change<'sysctl-file', string | undefined>;

/** Our own drop-in of sysctl.d. */
export const sysctlDropIn = '/etc/sysctl.d/90-nearmetal.conf';

/** Whether a line in `file` is applied after our drop-in at boot and wins over it: systemd-sysctl sorts by file name, and reads /etc/sysctl.conf as 99-sysctl.conf. */
export const winsOverDropIn = (file: string): boolean => {
  const name = file === '/etc/sysctl.conf' ? '99-sysctl.conf' : (file.split('/').at(-1) ?? '');
  return name > (sysctlDropIn.split('/').at(-1) ?? '');
};

/** Writes a sysctl now and keeps it over a reboot: the live half and the drop-in half of one practice. Values are the kernel's own text. */
export const setSysctl = (name: string, before: string, after: string): readonly [Running, Stored] => [
  { kind: 'sysctl', on: name, before, after, lasts: 'until-reboot', takesEffect: 'at-once' },
  persistSysctl(name, after),
];

/** Keeps a sysctl over a reboot, in /etc/sysctl.d/90-nearmetal.conf; the running value stays. */
export const persistSysctl = (name: string, value: string, before?: string): Stored => ({
  kind: 'sysctl-file',
  on: `${sysctlDropIn} ${name}`,
  before,
  after: value,
  lasts: 'across-reboots',
  takesEffect: 'host-reboot',
});

const isText = (value: unknown): value is string => typeof value === 'string' && !value.includes('\n');
const isTextOrNothing = (value: unknown): value is string | undefined => value === undefined || isText(value);

/** Words that the kernel separates by tabs and we by spaces are the same value. */
const isSameValue = (one: string | undefined, other: string | undefined): boolean =>
  one?.trim().replaceAll(/\s{1,99}/g, ' ') === other?.trim().replaceAll(/\s{1,99}/g, ' ');

const isName = (name: string): boolean => /^[\w./:-]{1,255}$/.test(name) && !name.includes('..');

const pathOf = (name: string): string => `/proc/sys/${normalizeSysctl(name)}`;

/** `sysctl`: the running value of a key, in /proc/sys. */
export const sysctlKind = defineKind<'sysctl', string>({
  kind: 'sysctl',
  isState: isText,
  faultOf: on => (isName(on) ? undefined : `“${on}” is no name of a sysctl`),
  knobs: ({ on, after }) => [{ knob: `sysctl ${on}`, to: after.trim() }],
  looks: ({ on }) => [{ look: 'file', path: pathOf(on) }],
  state: ({ on }, seen) => (seen.file(pathOf(on)) ?? '').trimEnd(),
  steps: ({ on, after }) => [{ do: 'write-knob', path: pathOf(on), text: after }],
  obstacle: ({ on }, seen) => (seen.file(pathOf(on)) === undefined ? `this kernel has no ${on}` : undefined),
  isSame: isSameValue,
});

/** `sysctl-file`: the line of a key in our drop-in. */
export const sysctlFileKind = defineKind<'sysctl-file', string | undefined>({
  kind: 'sysctl-file',
  isState: isTextOrNothing,
  faultOf: on => {
    const [file, name, ...more] = on.split(' ');
    return file === sysctlDropIn && name !== undefined && isName(name) && more.length === 0
      ? undefined
      : `“${on}” is not “${sysctlDropIn} NAME”`;
  },
  knobs: ({ on, after }) => [{ knob: `sysctl ${nameIn(on)}`, to: after?.trim() }],
  looks: () => [{ look: 'file', path: sysctlDropIn }],
  state: ({ on }, seen) => linesOf(seen.file(sysctlDropIn) ?? '', nameIn(on)).at(-1)?.value,
  steps: ({ on, after }, seen) => {
    const name = nameIn(on);
    const line = after === undefined ? undefined : `${name} = ${after}`;
    return [
      {
        do: 'write-file',
        path: sysctlDropIn,
        text: setOwnLine(seen.file(sysctlDropIn), one => linesOf(one, name).length > 0, line),
      },
    ];
  },
  isSame: isSameValue,
});

const nameIn = (on: string): string => on.slice(on.indexOf(' ') + 1);

const linesOf = (text: string, name: string) =>
  parseSysctlFile(text).filter(({ key, value }) => key === normalizeSysctl(name) && value !== undefined);
