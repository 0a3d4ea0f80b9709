import { type KnobChanges, makeKnobLast } from '#change/recipes/lasting-knob';
import type { ClockOwner } from '#model/derived/clock-owner';
import type { KnobAtBoot } from '#model/derived/knob-at-boot';

/** A file of one group of CPUs. */
export interface ClockKnob {
  /** `policy0`. */
  readonly policy: string;
  readonly knob: 'scaling_governor' | 'energy_performance_preference';
  readonly before: string | undefined;
}

const folder = '/sys/devices/system/cpu/cpufreq';

/**
 * Has groups of CPUs run at full clock, now and at each boot. A service that sets their clock while it runs, or when it starts, is named instead
 * of what it would overwrite; so is a line of another file that wins over ours at boot.
 */
export function keepClock(
  knobs: readonly ClockKnob[],
  owner: ClockOwner | undefined,
  boot: (path: string) => KnobAtBoot | undefined,
): KnobChanges {
  if (owner?.isAlways === true) return { fix: [], otherwise: `${owner.service} sets it: ${owner.doThis}.` };
  const changes = knobs.map(({ policy, knob, before = '' }) => {
    const path = `${folder}/${policy}/${knob}`;
    return makeKnobLast(path, before, 'performance', boot(path));
  });
  if (owner !== undefined)
    return {
      fix: changes.flatMap(({ fix }) => fix.filter(({ lasts }) => lasts === 'until-reboot')),
      otherwise: `${owner.service} sets it at boot: ${owner.doThis}.`,
    };
  const [first] = knobs;
  const fix = changes.flatMap(change => change.fix);
  // one sentence for all groups, of which there may be hundreds
  const deciding = knobs.flatMap(({ policy, knob }, at) =>
    changes[at]?.otherwise === undefined ? [] : (boot(`${folder}/${policy}/${knob}`)?.owner ?? []),
  );
  if (deciding.length === 0) return { fix };
  const places = [...new Set(deciding)].join(', ');
  return { fix, otherwise: `Set ${first?.knob ?? 'it'} to performance in ${places}, which decides at boot.` };
}
