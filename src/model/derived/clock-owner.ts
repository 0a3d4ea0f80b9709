import type { Host } from '#model/host';
import { valueIfKnown } from '#model/known';

/** A service beside tuned that sets governors and preferences of CPUs. */
export interface ClockOwner {
  readonly service: string;
  /** Whether it writes them while it runs, and not only at boot. */
  readonly isAlways: boolean;
  /** How it is told to run the CPUs at full clock. */
  readonly doThis: string;
}

const owners: readonly ClockOwner[] = [
  {
    service: 'power-profiles-daemon.service',
    isAlways: true,
    doThis: 'powerprofilesctl set performance',
  },
  {
    service: 'tlp.service',
    isAlways: true,
    doThis:
      'CPU_SCALING_GOVERNOR_ON_AC=performance and CPU_ENERGY_PERF_POLICY_ON_AC=performance in /etc/tlp.conf, then tlp start',
  },
  {
    service: 'cpupower.service',
    isAlways: false,
    doThis: 'frequency-set -g performance in /etc/sysconfig/cpupower (or /etc/default/cpupower)',
  },
];

/** Gives the service that sets the clock of CPUs at boot and is none of ours; undefined where none is enabled, or it was not read. */
export const clockOwner = ({ services }: Pick<Host, 'services'>): ClockOwner | undefined =>
  owners.find(({ service }) =>
    (valueIfKnown(services) ?? []).some(
      ({ name, isEnabled, isActive }) => name === service && (isEnabled === true || isActive === true),
    ),
  );
