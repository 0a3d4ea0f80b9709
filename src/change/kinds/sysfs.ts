import type { Change } from '#change/change';
import { defineKind } from '#change/change-kind';
import { fileKnob, isKnobPath } from '#change/kinds/knob-file';
import { setOwnLine } from '#formats/conf/own-file';
import { parseTmpfiles, printTmpfilesArgument } from '#formats/conf/tmpfiles';
import { parseChoice } from '#formats/sys/bracketed-choice';

/** Text of one file under /sys, without its newline; where the kernel prints a choice, `[always] madvise never`, the chosen word. */
type Running = Change<'sysfs', string>;
/** What a line of our own tmpfiles.d file writes at boot; undefined: no line. */
type Stored = Change<'tmpfiles', string | undefined>;

/** Our own file of tmpfiles.d. */
export const tmpfilesFile = '/etc/tmpfiles.d/nearmetal.conf';

/** Writes a knob under /sys now and at each boot. `path` is absolute; `stored` is what our own file writes to it as it is. */
export const setSysfs = (path: string, before: string, after: string, stored?: string): readonly [Running, Stored] => [
  { kind: 'sysfs', on: path, before, after, lasts: 'until-reboot', takesEffect: 'at-once' },
  persistSysfs(path, after, stored),
];

/** Writes a knob under /sys at each boot (`w` line of /etc/tmpfiles.d/nearmetal.conf); the running value stays. `after` undefined takes our line away. */
export const persistSysfs = (path: string, after: string | undefined, before?: string): Stored => ({
  kind: 'tmpfiles',
  on: `${tmpfilesFile} ${path}`,
  before,
  after,
  lasts: 'across-reboots',
  takesEffect: 'host-reboot',
});

const isText = (value: unknown): value is string => typeof value === 'string' && /^[\x20-\x7e]{0,4096}$/.test(value);

const pathFault = (path: string): string | undefined =>
  isKnobPath(path) ? undefined : `“${path}” is no path of a file under /sys or /proc`;

/** `sysfs`: what a file under /sys reads. */
export const sysfsKind = defineKind<'sysfs', string>({
  kind: 'sysfs',
  isState: isText,
  faultOf: pathFault,
  knobs: ({ on, after }) => [fileKnob(on, after)],
  looks: ({ on }) => [{ look: 'file', path: on }],
  state: ({ on }, seen) => {
    const text = seen.file(on) ?? '';
    return parseChoice(text)?.chosen ?? text.trim();
  },
  steps: ({ on, after }) => [{ do: 'write-knob', path: on, text: after }],
  obstacle: ({ on, after }, seen) => {
    const text = seen.file(on);
    if (text === undefined) return `this machine has no ${on}`;
    const choice = parseChoice(text);
    return choice === undefined || choice.offered.includes(after.trim())
      ? undefined
      : `${on} offers ${choice.offered.join(', ')}, not ${after}`;
  },
  isSame: (one, other) => one.trim() === other.trim(),
});

/** `tmpfiles`: what our file of tmpfiles.d writes to a knob at boot. Of several lines for one path the first counts. */
export const tmpfilesKind = defineKind<'tmpfiles', string | undefined>({
  kind: 'tmpfiles',
  isState: (value): value is string | undefined => value === undefined || (isText(value) && value !== ''),
  faultOf: on => {
    const [file, path] = splitOnce(on);
    return file === tmpfilesFile ? pathFault(path) : `“${on}” is not “${tmpfilesFile} PATH”`;
  },
  knobs: ({ on, after }) => [fileKnob(splitOnce(on)[1], after)],
  looks: () => [{ look: 'file', path: tmpfilesFile }],
  state: ({ on }, seen) => {
    const argument = writesTo(splitOnce(on)[1], seen.file(tmpfilesFile) ?? '')[0]?.argument;
    // specifiers are none of our matter, but for the one that stands for a percent sign
    return argument?.replaceAll('%%', '%').trim();
  },
  steps: ({ on, after }, seen) => {
    const path = splitOnce(on)[1];
    const line = after === undefined ? undefined : `w ${path} - - - - ${printTmpfilesArgument(after)}`;
    const text = setOwnLine(seen.file(tmpfilesFile), one => writesTo(path, one).length > 0, line);
    return [{ do: 'write-file', path: tmpfilesFile, text }];
  },
  isSame: (one, other) => one?.trim() === other?.trim(),
});

const splitOnce = (on: string): readonly [string, string] => {
  const at = on.indexOf(' ');
  return at < 0 ? [on, ''] : [on.slice(0, at), on.slice(at + 1)];
};

const writesTo = (path: string, text: string) =>
  parseTmpfiles(text).filter(line => line.type === 'w' && line.path === path);
