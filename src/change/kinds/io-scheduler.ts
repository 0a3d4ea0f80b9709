import type { Change } from '#change/change';

/** Chooses the I/O scheduler of one block device, now; persisted by a udev rule in its own change. */
export const setScheduler = (device: string, before: string, after: string): Change<'io-scheduler', string> => ({
  kind: 'io-scheduler',
  on: `/sys/block/${device}/queue/scheduler`,
  before,
  after,
  lasts: 'until-reboot',
  takesEffect: 'at-once',
});
