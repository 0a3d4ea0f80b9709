/** A knob that offers words and marks the one in force with brackets. */
export interface Choice {
  readonly chosen: string;
  /** All words, in the kernel's order, the chosen one among them. */
  readonly offered: readonly string[];
}

/**
 * Reads a choice such as `always [madvise] never` (transparent_hugepage/enabled, ksm/advisor_mode, queue/scheduler). Gives undefined
 * where not exactly one word stands in brackets.
 */
export function parseChoice(text: string): Choice | undefined {
  const words = text
    .trim()
    .split(/\s+/, 64)
    .map(word => /^(\[?)([\w.+-]{1,64})(\]?)$/.exec(word));
  let chosen: string | undefined;
  const offered: string[] = [];
  for (const word of words) {
    if (word?.[2] === undefined || (word[1] === '') !== (word[3] === '')) return undefined;
    if (word[1] === '[') {
      if (chosen !== undefined) return undefined;
      chosen = word[2];
    }
    offered.push(word[2]);
  }
  return chosen === undefined ? undefined : { chosen, offered };
}
