/** Who waived a finding, why and until when. */
export interface Waiver {
  readonly owner: string;
  readonly reason: string;
  /** ISO date; the last day on which it holds. */
  readonly until: string;
}
