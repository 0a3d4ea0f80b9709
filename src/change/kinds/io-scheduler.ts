import type { Change } from '#change/change';
import { defineKind } from '#change/change-kind';
import { fileKnob } from '#change/kinds/knob-file';
import { parseChoice } from '#formats/sys/bracketed-choice';

/** Chooses the I/O scheduler of one block device, now; kept by a udev rule in its own change (kinds/udev-rule.ts). */
export const setScheduler = (device: string, before: string, after: string): Change<'io-scheduler', string> => ({
  kind: 'io-scheduler',
  on: schedulerFile(device),
  before,
  after,
  lasts: 'until-reboot',
  takesEffect: 'at-once',
});

/** The file that shows the schedulers of a device, and takes one. */
export const schedulerFile = (device: string): string => `/sys/block/${device}/queue/scheduler`;

/** A name of a block device as it stands under /sys/block (`!` for a slash). */
export const isDeviceName = (name: string): boolean => /^[\w.!-]{1,64}$/.test(name) && !/^\.+$/.test(name);

/** Whether a word may be the name of a scheduler. */
export const isScheduler = (value: unknown): value is string =>
  typeof value === 'string' && /^[\w-]{1,32}$/.test(value);

/** `io-scheduler`: the word in brackets. */
export const ioSchedulerKind = defineKind<'io-scheduler', string>({
  kind: 'io-scheduler',
  isState: isScheduler,
  faultOf: on => {
    const device = /^\/sys\/block\/([^/]+)\/queue\/scheduler$/.exec(on)?.[1];
    return device !== undefined && isDeviceName(device) ? undefined : `“${on}” is no scheduler of a block device`;
  },
  knobs: ({ on, after }) => [fileKnob(on, after)],
  looks: ({ on }) => [{ look: 'file', path: on }],
  // a device that passes requests on shows “none”, without brackets
  state: ({ on }, seen) => parseChoice(seen.file(on) ?? '')?.chosen ?? 'none',
  steps: ({ on, after }) => [{ do: 'write-knob', path: on, text: after }],
  obstacle: ({ on, after }, seen) => {
    const text = seen.file(on);
    if (text === undefined) return `there is no ${on}`;
    const { offered } = parseChoice(text) ?? { offered: ['none'] };
    return offered.includes(after) ? undefined : `${on} offers ${offered.join(', ')}, not ${after}`;
  },
});
