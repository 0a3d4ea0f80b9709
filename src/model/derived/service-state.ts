import { type Known, known, unknown } from '#model/known';
import type { Service } from '#model/service';

/** Whether a unit runs. A unit that is not installed does not; one whose state could not be told is unknown. */
export const isActive = (services: Known<readonly Service[]>, name: string): Known<boolean> =>
  stateOf(services, name, 'isActive', `systemctl is-active ${name}`);

/** Whether a unit starts at boot. A unit that is not installed does not. */
export const isEnabled = (services: Known<readonly Service[]>, name: string): Known<boolean> =>
  stateOf(services, name, 'isEnabled', `systemctl is-enabled ${name}`);

function stateOf(
  services: Known<readonly Service[]>,
  name: string,
  which: 'isActive' | 'isEnabled',
  remedy: string,
): Known<boolean> {
  if (services.state === 'unknown') return services;
  const service = services.state === 'known' ? services.value.find(unit => unit.name === name) : undefined;
  if (service === undefined) return known(false, ...services.evidence);
  if (!service.isInstalled) return known(false, ...service.evidence);
  const state = service[which];
  return state === undefined
    ? unknown(`the state of ${name} was not to be told`, remedy)
    : known(state, ...service.evidence);
}
