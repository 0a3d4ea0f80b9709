import { parseKernelCommandLine } from '#formats/kernel-cmdline';
import type { KernelParameter } from '#model/kernel';
import type { Place } from '#model/known';

/** A run of text of a command line, and where it begins in its file. */
export interface PlacedText {
  readonly text: string;
  readonly place: Place;
}

/**
 * Takes the pieces that make up a command line, one behind the other, and the variable or file that they stand for; gives its
 * parameters with the place of each. Words after `--` are left out.
 */
export function placedParameters(pieces: readonly PlacedText[], variable: string): readonly KernelParameter[] {
  const text = pieces.map(piece => piece.text).join('');
  return parseKernelCommandLine(text).words.map(({ name, value, start }) => {
    const place = placeAt(pieces, start);
    return place === undefined ? { name, value, variable } : { name, value, variable, place };
  });
}

function placeAt(pieces: readonly PlacedText[], start: number): Place | undefined {
  let before = 0;
  for (const { text, place } of pieces) {
    const inside = start - before;
    if (inside < text.length) {
      const lines = text.slice(0, inside).split('\n');
      const last = lines.at(-1) ?? '';
      const line = place.line + lines.length - 1;
      return { file: place.file, line, column: lines.length === 1 ? place.column + inside : last.length + 1 };
    }
    before += text.length;
  }
  return undefined;
}
