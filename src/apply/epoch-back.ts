import { isInForce } from '#apply/is-in-force';
import { isSameLife } from '#apply/is-same-life';
import type { Ledger } from '#apply/ledger';
import { observe } from '#apply/observe';
import { type ChangeStory, type RunStory, readRun } from '#apply/run-story';
import type { Target } from '#apply/target';
import type { Epoch } from '#plan/plan';

/**
 * When it is in force that a change is taken back. At once where it never was in force itself, so that nothing of it waits, and where it only
 * keeps what another change makes; else it takes the restart that making it took. Rejects as libvirt does; throws LedgerError.
 */
export async function epochBack(target: Target, ledger: Ledger, run: RunStory, story: ChangeStory): Promise<Epoch> {
  const { planned } = story;
  const { takesEffect } = planned.change;
  const first = firstMade(ledger, run, planned.number) ?? story;
  // a guest that was off, or was changed while it ran, may have been started since with what was made of it
  const isRestarted =
    takesEffect === 'guest-power-cycle' && !(await isSameLife(target, first, await observe(target, [planned.change])));
  if (first.planned.epoch === 'at-once' && !isRestarted) return 'at-once';
  const own = { ...story, planned: { ...planned, epoch: isRestarted ? takesEffect : planned.epoch } };
  return (await isInForce(target, own)) ? takesEffect : 'at-once';
}

/** The change as it was first made, by the apply that the runs that took it back, made it again and so on go back to. */
function firstMade(ledger: Ledger, run: RunStory, number: number): ChangeStory | undefined {
  let first: RunStory | undefined = run;
  while (first?.begin.doing === 'undo')
    first = first.begin.of === undefined ? undefined : readRun(ledger, first.begin.of);
  return first?.changes.find(({ planned }) => planned.number === number);
}
