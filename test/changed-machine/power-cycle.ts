import type { Sources } from '#collect/sources';
import type { SimulatedMachine } from '../simulated-machine/simulated-machine.js';

/** Switches guests off and on whose stored definition is another than the one captured: they run with it from now on. */
export function powerCycle(machine: SimulatedMachine, { libvirt }: Sources): void {
  if (!('domains' in libvirt) || !('value' in libvirt.domains)) return;
  for (const { name, xml, liveXml } of libvirt.domains.value) {
    const guest = machine.guests.get(name);
    if (guest?.running === undefined || !('value' in xml)) continue;
    if (guest.stored !== xml.value) guest.running = guest.stored;
    // what was changed in the run alone is gone with it
    else if (liveXml !== undefined && 'value' in liveXml) guest.running = liveXml.value;
  }
}
