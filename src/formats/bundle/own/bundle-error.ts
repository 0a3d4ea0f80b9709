/** What is wrong with a bundle. */
export type BundleProblem =
  | 'not-gzip' // the archive is not compressed as a bundle is, or damaged
  | 'not-tar' // what is compressed is no tar archive, or cut short
  | 'too-large' // more than a bundle may hold
  | 'too-many' // more entries than a bundle may have
  | 'unsafe-path' // an entry would lie outside the bundle
  | 'link' // an entry is a link or a device
  | 'duplicate' // two entries have the same path
  | 'no-manifest' // nearmetal.json is missing
  | 'bad-manifest' // nearmetal.json does not say what it must
  | 'newer'; // written in a form that this version does not know

/** A bundle that cannot be read. Nothing of it was used. */
export class BundleError extends Error {
  override readonly name = 'BundleError';
  readonly code: BundleProblem;
  /** What a person can do about it. */
  readonly doThis: string;

  constructor(code: BundleProblem, message: string, doThis = 'Ask for the bundle anew: nearmetal collect -o FILE.') {
    super(message);
    this.code = code;
    this.doThis = doThis;
  }
}
