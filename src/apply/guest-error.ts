/** Why a guest was not changed, or not as was wanted. */
export type GuestErrorCode = 'no-such-guest' | 'not-stored' | 'not-running' | 'invalid' | 'not-held' | 'unsafe';

/** A guest that was not changed, or not as was wanted. No secret is quoted. */
export class GuestError extends Error {
  override readonly name = 'GuestError';
  readonly code: GuestErrorCode;
  /** What to do about it. */
  readonly doThis: string;

  constructor(code: GuestErrorCode, message: string, doThis: string) {
    super(message);
    this.code = code;
    this.doThis = doThis;
  }
}
