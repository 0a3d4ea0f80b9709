/** A function of the bash export, and its text. */
export type BashFunction = readonly [name: string, text: string];
