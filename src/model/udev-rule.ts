/** One file of udev rules; udev(7). */
export interface UdevRuleFile {
  readonly file: string;
  /** All rules of the file, in order: jumps (GOTO, LABEL) stay within a file. */
  readonly rules: readonly UdevRule[];
}

/** One rule: it applies where all its matches hold. */
export interface UdevRule {
  /** Line on which it begins. */
  readonly line: number;
  readonly parts: readonly UdevPart[];
}

/** One `KEY{attribute}operator"value"` of a rule. */
export interface UdevPart {
  /** `KERNEL`, `ATTR`, `ENV`, `TEST`, `GOTO` … */
  readonly key: string;
  /** What stands in braces. */
  readonly attribute: string | undefined;
  /** `==` and `!=` match; `=`, `+=`, `-=` and `:=` assign. */
  readonly operator: string;
  readonly value: string;
}
