import type { XmlDocument } from '#formats/xml/xml-document';
import { XmlEditError } from '#formats/xml/xml-edit';

/** Source text to replace: what an edit comes down to. Equal `start` and `end` insert. */
export interface Splice {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/**
 * Brings splices into the order of the text; at one offset insertions stay in the order given, and come before a replacement.
 *
 * @throws XmlEditError where two of them touch the same text
 */
export function orderSplices(document: XmlDocument, splices: readonly Splice[]): readonly Splice[] {
  const sorted = splices
    .map((splice, order) => ({ splice, order, isRange: splice.end > splice.start ? 1 : 0 }))
    .sort((a, b) => a.splice.start - b.splice.start || a.isRange - b.isRange || a.order - b.order)
    .map(({ splice }) => splice);
  let end = 0;
  for (const splice of sorted) {
    if (splice.start < end) {
      const { line, column } = document.positionOf(splice.start);
      const says = `Two edits change the same text, in line ${line}, column ${column}.`;
      throw new XmlEditError('overlap', says, 'Make one edit of them, or apply them one after the other.');
    }
    end = splice.end;
  }
  return sorted;
}

/** The text with ordered splices made. */
export function applySplices(text: string, splices: readonly Splice[]): string {
  let written = '';
  let at = 0;
  for (const splice of splices) {
    written += text.slice(at, splice.start) + splice.text;
    at = splice.end;
  }
  return written + text.slice(at);
}
