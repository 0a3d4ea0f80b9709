/** Longest value that is built up. */
const longest = 65_536;

/** The variables of a tuned profile: `${name}` stands for a value, `\${name}` for itself (tuned: profiles/variables.py). */
export class TunedVariables {
  readonly #values = new Map<string, string>();

  /** Sets a variable; its value may refer to those set before. A name that is no word is not taken, as in tuned. */
  set(name: string, value: string): void {
    if (/^\w{1,128}$/.test(name)) this.#values.set(name, this.fill(value));
  }

  /** Fills the variables in. What is not set, and the functions (`${f:…}`) that only tuned can work out, are left as they stand. */
  fill(text: string): string {
    let filled = '';
    let end = 0;
    for (const { 0: whole, 1: backslash, 2: name = '', index } of text.matchAll(/(\\?)\$\{(\w{1,128})\}/g)) {
      const value = this.#values.get(name);
      filled += text.slice(end, index) + (backslash === '\\' ? whole.slice(1) : (value ?? whole));
      end = index + whole.length;
      if (filled.length > longest) return filled.slice(0, longest);
    }
    return (filled + text.slice(end)).slice(0, longest);
  }
}
