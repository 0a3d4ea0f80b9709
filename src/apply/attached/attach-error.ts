/** Why an image cannot be opened at a folder, or not be closed there. */
export class AttachError extends Error {
  override readonly name = 'AttachError';
  /** `in-use`: somebody works with it, and nothing was done. `failed`: a program said no. */
  readonly code: 'in-use' | 'failed';
  readonly doThis: string | undefined;

  constructor(code: 'in-use' | 'failed', message: string, doThis?: string) {
    super(message);
    this.code = code;
    this.doThis = doThis;
  }
}
