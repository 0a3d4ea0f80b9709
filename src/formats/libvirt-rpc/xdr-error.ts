/** Why bytes are not the XDR they should be, or a value cannot be written as XDR. */
export type XdrProblem =
  | 'truncated' // the bytes end before the value does
  | 'too-long' // a length is over its bound
  | 'bad-value' // a number where only some are allowed (a pointer flag, a type tag)
  | 'bad-text' // a string that is not UTF-8
  | 'trailing-bytes' // bytes are left over behind the last value
  | 'out-of-range'; // a number to be written does not fit its type

/** Thrown by readers and writers of XDR. `offset` is where in the bytes handed in the value begins. */
export class XdrError extends Error {
  override readonly name = 'XdrError';
  readonly code: XdrProblem;
  readonly offset: number;

  constructor(code: XdrProblem, offset: number, saw: string) {
    super(`${saw} at byte ${offset}`);
    this.code = code;
    this.offset = offset;
  }
}
