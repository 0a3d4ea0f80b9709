/** What can be wrong with a path within an image. */
type PathFaultKind =
  | 'not-found'
  | 'not-a-folder'
  | 'not-a-file'
  | 'not-a-link'
  | 'too-many-links'
  | 'too-long'
  | 'too-large';

/** Why a path within an image leads to nothing that can be given. The image itself is sound as far as it was read. */
export class PathFault extends Error {
  readonly kind: PathFaultKind;
  readonly path: string;

  constructor(kind: PathFaultKind, path: string, message: string) {
    super(`${path}: ${message}`);
    this.name = 'PathFault';
    this.kind = kind;
    this.path = path;
  }
}
