/** Why the daemon did not let the user in. */
export type AuthProblem =
  | 'sasl-required' // a name and a password, which this client does not send
  | 'polkit-refused' // polkit said no, or had nobody to ask
  | 'unknown-method'; // the daemon offers only ways that this client has not heard of

/** The daemon wants to know who is there, and was not satisfied. */
export class AuthError extends Error {
  override readonly name = 'AuthError';
  readonly code: AuthProblem;
  /** What a person can do about it. */
  readonly doThis: string;

  constructor(code: AuthProblem, message: string, doThis: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
    this.doThis = doThis;
  }
}
