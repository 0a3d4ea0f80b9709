import { writeFileSync } from 'node:fs';
import { type ColourChoice, wantsColour } from '#cli/colour';
import { inputError } from '#cli/request-error';
import { type Style, terminalStyle } from '#report/human/style';

/** Where results go: a file with `-o`, else standard output. */
export interface Output {
  /** How to dress text for it. */
  readonly style: Style;
  /** Writes a result, whole. */
  readonly write: (text: string) => Promise<void>;
}

/** Takes `-o` and `--color`; gives where results go. Only a terminal is coloured unless told otherwise. */
export function openOutput(file: string | undefined, colour: ColourChoice): Output {
  const isTerminal = file === undefined && process.stdout.isTTY === true;
  const style = terminalStyle(
    wantsColour(colour, process.env, isTerminal),
    isTerminal ? process.stdout.columns : undefined,
  );
  if (file === undefined) return { style, write: writeOut };
  return {
    style,
    write: async text => {
      try {
        writeFileSync(file, text);
      } catch (error) {
        throw inputError(`cannot write ${file}: ${error instanceof Error ? error.message : String(error)}`);
      }
    },
  };
}

/** Writes to standard output and waits until it is taken: a pipe may be slower than we are. */
const writeOut = (text: string): Promise<void> =>
  new Promise((done, failed) => {
    process.stdout.write(text, error => {
      if (error === null || error === undefined) done();
      else failed(error);
    });
  });

/** Prints plain JSON, indented. */
export const jsonText = (value: unknown): string => `${JSON.stringify(value, undefined, 2)}\n`;
