import type { Change } from '#change/change';
import { defineKind } from '#change/change-kind';
import { isDeviceName, isScheduler, schedulerFile } from '#change/kinds/io-scheduler';
import { fileKnob } from '#change/kinds/knob-file';
import { setOwnLine } from '#formats/conf/own-file';
import { parseUdevRules } from '#formats/conf/udev-rules';

/** The scheduler that our own udev rule gives a disk; undefined: no rule. */
type Stored = Change<'udev-rule', string | undefined>;

/** Our own file of udev rules: after the vendors' (60-io-scheduler.rules, 60-block-scheduler.rules), since the last rule wins. */
export const udevRulesFile = '/etc/udev/rules.d/90-nearmetal.rules';

/** What tells a disk from others, whatever its name is after the next boot. */
export interface DiskMatch {
  /** `KERNEL`, or a property that udev has of it. */
  readonly key: 'KERNEL' | 'ID_WWN' | 'ID_SERIAL' | 'DM_UUID';
  readonly value: string;
}

/**
 * Keeps the I/O scheduler of a disk over reboots, and when it is plugged in anew, by a line of /etc/udev/rules.d/90-nearmetal.rules.
 * udev reads a changed file by itself; disks that are there keep what they have until their next event.
 */
export const persistScheduler = (
  device: string,
  { key, value }: DiskMatch,
  before: string | undefined,
  after: string | undefined,
): Stored => ({
  kind: 'udev-rule',
  on: `${udevRulesFile} ${device} ${key}=${value}`,
  before,
  after,
  lasts: 'across-reboots',
  takesEffect: 'host-reboot',
});

/** Whether a value can stand in a rule as it is: udev makes serial numbers and the like of such letters, and patterns of others. */
export const isPlainMatch = (value: string): boolean => /^[\w.:@+/=-]{1,256}$/.test(value);

/** `udev-rule`: the line of a disk in our file of udev rules. */
export const udevRuleKind = defineKind<'udev-rule', string | undefined>({
  kind: 'udev-rule',
  isState: (value): value is string | undefined => value === undefined || isScheduler(value),
  faultOf: on => (diskOf(on) === undefined ? `“${on}” is not “${udevRulesFile} DISK KEY=VALUE”` : undefined),
  knobs: ({ on, after }) => [fileKnob(schedulerFile(diskOf(on)?.device ?? on), after)],
  looks: () => [{ look: 'file', path: udevRulesFile }],
  state: ({ on }, seen) =>
    linesOf(seen.file(udevRulesFile) ?? '', on)
      .at(-1)
      ?.parts.findLast(isAssignment)?.value,
  steps: ({ on, after }, seen) => {
    const line = after === undefined ? undefined : `${matchOf(on)}, ATTR{queue/scheduler}="${after}"`;
    const text = setOwnLine(seen.file(udevRulesFile), one => linesOf(one, on).length > 0, line);
    return [{ do: 'write-file', path: udevRulesFile, text }];
  },
});

const isAssignment = ({ key, attribute, operator }: { key: string; attribute: string | undefined; operator: string }) =>
  key === 'ATTR' && attribute === 'queue/scheduler' && operator === '=';

interface Disk extends DiskMatch {
  readonly device: string;
}

function diskOf(on: string): Disk | undefined {
  const [file, device = '', match = '', ...more] = on.split(' ');
  const at = match.indexOf('=');
  const value = match.slice(at + 1);
  const key = keys.find(one => one === match.slice(0, Math.max(0, at)));
  const isSound = file === udevRulesFile && isDeviceName(device) && isPlainMatch(value) && more.length === 0;
  return isSound && key !== undefined ? { device, key, value } : undefined;
}

const keys = ['KERNEL', 'ID_WWN', 'ID_SERIAL', 'DM_UUID'] as const;

/** `add` for disks, `change` for device-mapper, whose queue comes with its table; whole disks only: a partition has no queue. */
function matchOf(on: string): string {
  const disk = diskOf(on);
  const match = disk?.key === 'KERNEL' ? 'KERNEL' : `ENV{${disk?.key ?? ''}}`;
  return `ACTION=="add|change", SUBSYSTEM=="block", ENV{DEVTYPE}=="disk", ${match}=="${disk?.value ?? ''}"`;
}

/** Lines of our own, by what they match. */
const linesOf = (text: string, on: string) => {
  const wanted = JSON.stringify(parseUdevRules(matchOf(on))[0]?.parts);
  return parseUdevRules(text).filter(({ parts }) => {
    const matches = parts.filter(part => !isAssignment(part));
    return matches.length < parts.length && JSON.stringify(matches) === wanted;
  });
};
