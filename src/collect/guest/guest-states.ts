import type { GuestState } from '#model/guest';

/** virDomainState, by number. */
const states: readonly GuestState[] = [
  'no-state',
  'running',
  'blocked',
  'paused',
  'shutting-down',
  'shut-off',
  'crashed',
  'suspended',
];

/** The words of libvirt's status files, in the same order. */
const words: readonly string[] = [
  'nostate',
  'running',
  'blocked',
  'paused',
  'shutdown',
  'shutoff',
  'crashed',
  'pmsuspended',
];

/** Gives the state of a number of libvirt's API; undefined for one that no release up to 12 knows. */
export const stateOfNumber = (number: number): GuestState | undefined => states[number];

/** Gives the state of a word in a status file. */
export const stateOfWord = (word: string): GuestState | undefined => states[words.indexOf(word)];

/** Whether a guest in this state has a process and a live definition. */
export const isUp = (state: GuestState): boolean => state !== 'shut-off' && state !== 'crashed' && state !== 'no-state';
