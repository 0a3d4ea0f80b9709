import type { Change } from '#change/change';
import { defineKind } from '#change/change-kind';
import type { Look, Observed } from '#change/observed';
import type { Step } from '#change/step';
import {
  type FstabLine,
  fstabLines,
  mountOptionName,
  optionsMeant,
  printFstabField,
  replaceField,
  setMountOptions,
} from '#formats/conf/fstab-edit';
import { isSecretName } from '#formats/secrets/secret-names';
import { secretMark } from '#units/secret';

type Options = readonly string[];
type OptionsChange = Change<'fstab', Options>;
type LineChange = Change<'fstab-line', string>;

const fstab = '/etc/fstab';

/**
 * Changes mount options in /etc/fstab. `before` and `after` hold only the options concerned: all of the names that either of them has. What is
 * mounted stays as it is: the options in question (hard, soft, rsize …) cannot be changed by a remount.
 */
export const setMountEntryOptions = (target: string, before: Options, after: Options): OptionsChange => ({
  kind: 'fstab',
  on: `${fstab} ${target}`,
  before,
  after,
  lasts: 'across-reboots',
  takesEffect: 'host-reboot',
});

/** Corrects a line of /etc/fstab as a whole; both are fields with one blank between them. */
export const correctFstabLine = (before: readonly string[], after: readonly string[]): LineChange => ({
  kind: 'fstab-line',
  on: `${fstab} ${before[1] ?? ''}`,
  before: before.map(printFstabField).join(' '),
  after: after.map(printFstabField).join(' '),
  lasts: 'across-reboots',
  takesEffect: 'host-reboot',
});

const isOption = (value: unknown): value is string =>
  typeof value === 'string' &&
  /^[^\s,#]{1,512}$/.test(value) &&
  !value.includes(secretMark) &&
  !isSecretName(mountOptionName(value));

const targetOf = (on: string): string => on.slice(fstab.length + 1);

const faultOf = (on: string): string | undefined =>
  on.startsWith(`${fstab} /`) && !/[\n\0]/.test(on) ? undefined : `“${on}” is not “${fstab} MOUNTPOINT”`;

/** systemd makes units of the file when it is told to; where it does not run, mount reads the file itself. */
const booted: Look = { look: 'folder', path: '/run/systemd/system' };
const looks: readonly Look[] = [{ look: 'file', path: fstab }, booted];

const reload = (seen: Observed): readonly Step[] =>
  seen.folder('/run/systemd/system') === undefined ? [] : [{ do: 'run', argv: ['systemctl', 'daemon-reload'] }];

const linesFor = (seen: Observed, target: string): readonly FstabLine[] =>
  fstabLines(seen.file(fstab) ?? '').filter(({ fields }) => fields[1]?.text === target);

const namesOf = ({ before, after }: OptionsChange): ReadonlySet<string> =>
  new Set([...before, ...after].map(mountOptionName));

/** `fstab`: mount options of one line of /etc/fstab. */
export const fstabKind = defineKind<'fstab', Options>({
  kind: 'fstab',
  isState: (value): value is Options => Array.isArray(value) && value.length <= 64 && value.every(isOption),
  faultOf,
  knobs: change =>
    [...namesOf(change)].map(name => ({
      knob: `${change.on} ${name}`,
      to: change.after.find(option => mountOptionName(option) === name),
    })),
  looks: () => looks,
  obstacle({ on, before, after }, seen) {
    const target = targetOf(on);
    const lines = linesFor(seen, target);
    const todo = [
      ...before.filter(option => !after.includes(option)).map(option => `without ${option}`),
      ...after.filter(option => !before.includes(option)).map(option => `with ${option}`),
    ].join(' and ');
    if (lines.length === 0)
      return `${fstab} does not mount ${target}: mount it ${todo} where that is said (a unit of systemd, autofs).`;
    if (lines.length > 1) return `${fstab} has ${lines.length} lines for ${target}: keep one, ${todo}.`;
    return lines[0]?.fields[3] === undefined
      ? `The line of ${target} in ${fstab} has no options: mount it ${todo}.`
      : undefined;
  },
  state: (change, seen) => optionsMeant(linesFor(seen, targetOf(change.on))[0]?.fields[3]?.text ?? '', namesOf(change)),
  steps(change, seen) {
    const text = seen.file(fstab) ?? '';
    const field = linesFor(seen, targetOf(change.on))[0]?.fields[3];
    if (field === undefined) return [];
    const raw = text.slice(field.start, field.end);
    const wanted = change.after.map(printFstabField);
    return [
      { do: 'write-file', path: fstab, text: replaceField(text, field, setMountOptions(raw, namesOf(change), wanted)) },
      ...reload(seen),
    ];
  },
});

const isLine = (value: unknown): value is string =>
  typeof value === 'string' && value.length <= 4096 && !/[\n\r]/.test(value) && !value.includes(secretMark);

const asRead = (text: string, line: FstabLine): string =>
  line.fields.map(({ start, end }) => text.slice(start, end)).join(' ');

/** `fstab-line`: one line of /etc/fstab that is not as mount reads it. */
export const fstabLineKind = defineKind<'fstab-line', string>({
  kind: 'fstab-line',
  isState: isLine,
  faultOf,
  knobs: ({ on, after }) => [{ knob: on, to: after }],
  looks: () => looks,
  state({ on, before, after }, seen) {
    const text = seen.file(fstab) ?? '';
    const found = linesFor(seen, targetOf(on)).map(line => asRead(text, line));
    // another line may hold what is secret: that it is another one is all that is told
    return found.find(line => line === after) ?? found.find(line => line === before) ?? '';
  },
  steps({ on, before, after }, seen) {
    const text = seen.file(fstab) ?? '';
    const line = linesFor(seen, targetOf(on)).find(one => asRead(text, one) === before);
    if (line === undefined) return reload(seen);
    return [
      { do: 'write-file', path: fstab, text: text.slice(0, line.start) + after + text.slice(line.end) },
      ...reload(seen),
    ];
  },
});
