import type { Target } from '#apply/target';
import type { SimulatedMachine } from '../simulated-machine/simulated-machine.js';

/** A machine in memory as apply sees one. */
export function simulatedTarget(machine: SimulatedMachine, parts: Partial<Target> = {}): Target {
  return {
    files: machine.files,
    isLive: true,
    run: async argv => machine.run(argv),
    unit: name => machine.units.observe(name),
    libvirt: undefined,
    identity: { hostName: 'box', id: '0123456789abcdef', bootId: 'boot-1' },
    now: () => new Date('2026-11-23T01:02:03Z'),
    ...parts,
  };
}
