import type { Known } from '#model/known';
import type { CpuSet } from '#units/cpu-set';

/** How the kernel lowers clocks and puts CPUs to sleep; linux: admin-guide/pm/cpufreq.rst and cpuidle.rst. */
export interface CpuPower {
  /** Groups of CPUs whose clock is chosen together: cpu/cpufreq/policyN. Absent where the kernel has no say in it (guests, firmware). */
  readonly policies: Known<readonly FrequencyPolicy[]>;
  /** Idle states of the CPUs, by the states of the first one: cpuN/cpuidle/stateM. Absent where the kernel chooses none. */
  readonly idleStates: Known<readonly IdleState[]>;
}

/** One cpufreq policy. */
export interface FrequencyPolicy {
  /** `policy0`. */
  readonly name: string;
  /** scaling_governor: performance, powersave, schedutil … */
  readonly governor: string;
  /** scaling_driver: intel_pstate, intel_cpufreq, amd-pstate-epp, acpi-cpufreq …; undefined where not told. */
  readonly driver: string | undefined;
  /** energy_performance_preference: performance, balance_performance, balance_power, power; undefined where the driver has none. */
  readonly preference: string | undefined;
}

/** One idle state. */
export interface IdleState {
  /** name: POLL, C1, C1E, C6, WFI. */
  readonly name: string;
  /** latency: time to wake up, in microseconds; undefined where not told. */
  readonly latencyUs: number | undefined;
  /** CPUs on which it is not switched off (`disable` 0). */
  readonly enabledOn: CpuSet;
}
