import type { Change } from '#change/change';
import type { Severity } from '#check/verdict';
import { effects, isStoredHalf } from '#report/fix-lines';
import type { Folded } from '#report/fold';

const gains: Readonly<Record<Severity, number>> = { error: 16, warning: 6, hint: 2, info: 1 };

/** Gives the findings worth doing first: by gain (how grave, on how many) for effort (live, restart, reboot, by hand). */
export function adviseOrder(folded: readonly Folded[], most: number): readonly Folded[] {
  return [...folded]
    .filter(({ found }) => found.severity !== 'info')
    .sort((a, b) => worth(b) - worth(a))
    .slice(0, most);
}

function worth({ found, all }: Folded): number {
  const { fix, wish } = found.finding;
  const effort =
    fix === undefined || fix.length === 0
      ? wish === undefined
        ? 5
        : 3
      : 1 + Math.max(...fix.map(change => effortOf(change)));
  return (gains[found.severity] * (1 + Math.log2(all.length) / 4)) / effort;
}

const effortOf = (change: Change): number => (isStoredHalf(change) ? 0 : effects.indexOf(change.takesEffect));
