/** Where in a YAML text something stands; lines and columns count from 1. */
export interface YamlPosition {
  readonly line: number;
  readonly column: number;
}

/** A text that is no YAML, or more of it than settings can need. */
export class YamlError extends Error {
  readonly at: YamlPosition;

  constructor(message: string, at: YamlPosition) {
    super(message);
    this.name = 'YamlError';
    this.at = at;
  }
}
