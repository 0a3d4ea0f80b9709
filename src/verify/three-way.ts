import type { Standing } from '#apply/standings';
import { kindOf } from '#change/kind-of';

/** One knob: what was recommended, what is stored for the next start, and what runs. */
export interface ThreeWay {
  /** `sysctl vm.swappiness`, `guest web01 cpu/@mode`. */
  readonly knob: string;
  /** Null: that it is not set. */
  readonly recommended: string | null;
  /** Undefined: that half is not ours, or was not looked at. */
  readonly configured?: string | null;
  readonly running?: string | null;
  /** Whether one that is known is not what was recommended. */
  readonly isDrifted: boolean;
}

/** Takes how our changes stand; gives their knobs in order, both halves of each in one line. */
export function threeWay(standings: readonly Standing[]): readonly ThreeWay[] {
  const rows = new Map<string, { recommended: string | null; configured?: string | null; running?: string | null }>();
  for (const { story, knobs } of standings) {
    const { change } = story.planned;
    const half = change.lasts === 'across-reboots' ? 'configured' : 'running';
    for (const { knob, to = null } of kindOf(change).knobs(change)) {
      const row = rows.get(knob) ?? { recommended: to };
      const now = knobs.find(one => one.knob === knob);
      if (now !== undefined) row[half] = now.to ?? null;
      rows.set(knob, row);
    }
  }
  return [...rows].map(([knob, row]) => ({
    knob,
    ...row,
    isDrifted: [row.configured, row.running].some(value => value !== undefined && value !== row.recommended),
  }));
}
