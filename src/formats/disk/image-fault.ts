/** What can be wrong with an image, so that who opens it can tell one from another. */
export type ImageFaultKind =
  /** It is none of this format. */
  | 'not-this-format'
  /** Something in it is not as the format wants it. */
  | 'malformed'
  /** It ends before what is to be read. */
  | 'cut-short'
  /** It is sound, and needs something that is not read here. */
  | 'unsupported'
  /** A file that it names is not there. */
  | 'missing-file'
  /** A file that it names may not be read. */
  | 'refused-file'
  /** Its backing files lead back to it, or are too many. */
  | 'endless-chain';

/** Why an image, or something in it, cannot be read: what is wrong, and at which byte of which file. */
export class ImageFault extends Error {
  readonly kind: ImageFaultKind;
  /** Byte of the file at which it is wrong. */
  readonly offset: number | undefined;

  constructor(kind: ImageFaultKind, message: string, offset?: number) {
    super(offset === undefined ? message : `${message} (at byte ${offset})`);
    this.name = 'ImageFault';
    this.kind = kind;
    this.offset = offset;
  }
}
