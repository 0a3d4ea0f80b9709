import type { Change } from '#change/change';

/** Whether a systemd unit runs and is wanted at boot. */
export interface ServiceState {
  readonly isEnabled: boolean;
  readonly isActive: boolean;
}

/** Starts or stops, enables or disables a systemd unit. */
export const setService = (
  name: string,
  before: ServiceState,
  after: ServiceState,
): Change<'service', ServiceState> => ({
  kind: 'service',
  on: name,
  before,
  after,
  lasts: 'across-reboots',
  takesEffect: 'at-once',
});
