import type { Change } from '#change/change';

/**
 * The knobs of KSM that move together: merge_across_nodes and max_page_sharing can be written only while no page is merged, so
 * they are one state with `run`; linux admin-guide/mm/ksm.rst. Undo restores the knobs; pages merged before come back slowly.
 */
export interface KsmState {
  readonly run: number;
  readonly mergeAcrossNodes: number | undefined;
}

/** Sets KSM as a whole; persisted separately (tmpfiles or the ksm service). */
export const setKsm = (before: KsmState, after: KsmState): Change<'ksm', KsmState> => ({
  kind: 'ksm',
  on: '/sys/kernel/mm/ksm',
  before,
  after,
  lasts: 'until-reboot',
  takesEffect: 'at-once',
});
