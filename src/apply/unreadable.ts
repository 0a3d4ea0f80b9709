/** What a change needs to be looked at cannot be read here. */
export class Unreadable extends Error {
  override readonly name = 'Unreadable';
  /** Path, unit or guest. */
  readonly what: string;
  readonly doThis: string;
  constructor(what: string, why: string, doThis: string) {
    super(`${what} cannot be read: ${why}`);
    this.what = what;
    this.doThis = doThis;
  }
}
