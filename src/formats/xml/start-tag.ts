/** A start tag, the same wherever its text stands. Offsets count from its `<`. */
export interface StartTag {
  readonly name: string;
  /** Where the attributes stand, four offsets each: start, end of the name, start and end of the value. */
  readonly spots: readonly number[];
  /** Past its `>`. */
  readonly length: number;
  /** Whether it is the whole element: `<name/>`. */
  readonly isEmpty: boolean;
}
