/** The ledger cannot be used: by whom, for what reason, and what to do. */
export class LedgerError extends Error {
  override readonly name = 'LedgerError';
  /**
   * `newer`: written by a later nearmetal. `damaged`: it does not hold what it says. `no-room`: the disk is full. `no-rights`. `missing`: there
   * is no such run or object. `busy`: something that an earlier run began is still under way.
   */
  readonly code: 'newer' | 'damaged' | 'no-room' | 'no-rights' | 'missing' | 'busy';
  readonly doThis: string;

  constructor(code: LedgerError['code'], message: string, doThis: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
    this.doThis = doThis;
  }
}
