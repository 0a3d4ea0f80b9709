import type { Change } from '#change/change';
import { setService } from '#change/kinds/service';
import type { Service } from '#model/service';

const rank = (name: string): number => (/\.(?:socket|path|timer)$/.test(name) ? 0 : 1);

/** Gives the changes that take units out of service, now and at boot: what would start a service again goes before it. Those that are off already are left out. */
export const switchOff = (units: readonly Service[]): readonly Change[] =>
  units
    .filter(({ isEnabled, isActive }) => isEnabled === true || isActive === true)
    .toSorted((a, b) => rank(a.name) - rank(b.name))
    .map(({ name, isEnabled = false, isActive = false }) =>
      setService(name, { isEnabled, isActive }, { isEnabled: false, isActive: false }),
    );

/** Gives the changes that put units into service, now and at boot: sockets listen first, so that nothing that asks in between is turned away. */
export const switchOn = (units: readonly Service[]): readonly Change[] =>
  units
    .filter(({ name, isInstalled, isMasked, isEnabled, isActive }) => {
      const isOn = isEnabled === true && (isActive === true || startsOnDemand(name, units));
      return isInstalled && !isMasked && !isOn;
    })
    .toSorted((a, b) => rank(a.name) - rank(b.name))
    .map(({ name, isEnabled = false, isActive = false }) =>
      startsOnDemand(name, units)
        ? setService(name, { isEnabled }, { isEnabled: true })
        : setService(name, { isEnabled, isActive }, { isEnabled: true, isActive: true }),
    );

/** A service whose socket is among them is started by the first who asks. */
const startsOnDemand = (name: string, units: readonly Service[]): boolean =>
  name.endsWith('.service') && units.some(unit => unit.isInstalled && unit.name === name.replace(/service$/, 'socket'));
