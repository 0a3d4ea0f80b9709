import type { ObservedUnit } from '#change/observed';
import type { LibvirtAnswers } from '#collect/libvirt-answers';
import type { Sources } from '#collect/sources';
import type { SimulatedMachine } from '../simulated-machine/simulated-machine.js';

/** What a machine in memory answers: as it was captured, but for what was changed since. */
export function simulatedSources(
  base: Sources,
  machine: SimulatedMachine,
  units: ReadonlyMap<string, ObservedUnit>,
  outputs: ReadonlyMap<string, string>,
): Sources {
  const { later } = base;
  const libvirt = (answers: Sources['libvirt']): Sources['libvirt'] =>
    'domains' in answers ? withGuests(answers, machine) : answers;
  return {
    ...base,
    files: machine.files,
    libvirt: libvirt(base.libvirt),
    commands: {
      output(argv) {
        const other = outputs.get(argv.join(' '));
        if (other !== undefined) return { outcome: 'ok', value: other };
        const found = base.commands.output(argv);
        return found.outcome === 'ok' && argv[0] === 'systemctl' && argv[1] === 'show'
          ? { ...found, value: withUnits(found.value, machine, units) }
          : found;
      },
    },
    ...(later === undefined ? {} : { later: { ...later, files: machine.files, libvirt: libvirt(later.libvirt) } }),
  };
}

function withGuests(answers: LibvirtAnswers, { guests }: SimulatedMachine): LibvirtAnswers {
  if (!('value' in answers.domains)) return answers;
  const names = answers.domains.value.map(({ name }) => name);
  return {
    ...answers,
    domains: {
      value: answers.domains.value.map(domain => {
        const guest = guests.get(domain.name);
        // what two definitions of one name hold is not told apart here, and neither is changed
        if (guest === undefined || names.filter(name => name === domain.name).length > 1) return domain;
        return {
          ...domain,
          ...(guest.stored === undefined ? {} : { xml: { value: guest.stored } }),
          ...(guest.running === undefined ? {} : { liveXml: { value: guest.running } }),
        };
      }),
    },
  };
}

/** Units that are not as they were captured. */
function withUnits(text: string, machine: SimulatedMachine, units: ReadonlyMap<string, ObservedUnit>): string {
  return text
    .split('\n\n')
    .map(block => {
      const name = /^Id=(.*)$/m.exec(block)?.[1] ?? '';
      const was = units.get(name);
      if (was === undefined) return block;
      const { isActive, isEnabled, isMasked } = machine.units.observe(name);
      let now = block;
      if (isActive !== was.isActive)
        now = now.replace(/^ActiveState=.*$/m, `ActiveState=${isActive ? 'active' : 'inactive'}`);
      if (isEnabled !== was.isEnabled || isMasked !== was.isMasked)
        now = now.replace(
          /^UnitFileState=.*$/m,
          `UnitFileState=${isMasked ? 'masked' : isEnabled ? 'enabled' : 'disabled'}`,
        );
      return now;
    })
    .join('\n\n');
}
