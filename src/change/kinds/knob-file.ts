import type { KnobSetting } from '#change/knob-setting';

/** Whether a path names one file under /sys or /proc, plainly: no wildcard, no step upwards, nothing that a file of lines would take apart. */
export const isKnobPath = (path: string): boolean =>
  /^\/(?:sys|proc)\/[\w.:@+,~=/-]{1,1024}$/.test(path) && !/(?:^|\/)\.{1,2}(?:\/|$)/.test(path) && !path.includes('//');

const ksmRun = '/sys/kernel/mm/ksm/run';

/** The setting of a file: 2 stops KSM as 0 does, and gives merged pages back as well. */
export const fileKnob = (path: string, value: string | undefined): KnobSetting => {
  const to = value?.trim();
  return { knob: `file ${path}`, to: path === ksmRun && to === '2' ? '0' : to };
};
