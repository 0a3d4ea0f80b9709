import { parseXml } from '#formats/xml/parse-xml';
import { splicesFor } from '#formats/xml/resolve-edits';
import type { XmlDocument, XmlElement } from '#formats/xml/xml-document';
import { type XmlEdit, XmlEditError } from '#formats/xml/xml-edit';
import { XmlError } from '#formats/xml/xml-error';
import { pathOf } from '#formats/xml/xml-path';
import { applySplices } from '#formats/xml/xml-splice';

/**
 * The document's text with edits made to it. Only what they name changes; every other byte, comments, line ends and
 * quotes included, stays. The result is well-formed. All places are those of the document as given. For a document of
 * a `parseXmlSequence` it is the whole text that comes back.
 *
 * @throws XmlEditError when an edit does not fit the document, or two touch the same text; then nothing is edited
 */
export function editXml(document: XmlDocument, edits: readonly XmlEdit[]): string {
  const whole = applySplices(document.text, splicesFor(document, edits));
  parseEdited(document, whole);
  return whole;
}

/**
 * The edits that take `edits` back: applied to the text that `editXml(document, edits)` gives, they restore the
 * original byte for byte. They hold the text they restore, which may be secret.
 *
 * @throws XmlEditError as `editXml` does
 */
export function invertEdits(document: XmlDocument, edits: readonly XmlEdit[]): readonly XmlEdit[] {
  const splices = splicesFor(document, edits);
  const edited = parseEdited(document, applySplices(document.text, splices));
  let shift = -document.start;
  return splices.map(({ start, end, text }): XmlEdit => {
    const from = start + shift;
    shift += text.length - (end - start);
    const around = innermostAround(edited.root, from, from + text.length);
    return {
      do: 'splice',
      at: around ? pathOf(around) : '/',
      offset: from - (around?.start ?? 0),
      was: text,
      becomes: document.text.slice(start, end),
    };
  });
}

/** The document after the edits, alone: a last check that it is well-formed. */
function parseEdited(document: XmlDocument, whole: string): XmlDocument {
  const end = whole.length - (document.text.length - document.end);
  try {
    return parseXml(whole.slice(document.start, end), { file: document.file });
  } catch (error) {
    if (!(error instanceof XmlError)) throw error;
    throw new XmlEditError('malformed-xml', `After the edits: ${error.message}`, error.doThis);
  }
}

/** The deepest element that begins before the stretch and does not end before it does. */
function innermostAround(root: XmlElement, from: number, to: number): XmlElement | undefined {
  const holds = (element: XmlElement) => element.start < from && to <= element.end && from < element.end;
  let found = holds(root) ? root : undefined;
  for (let next = found; next; next = next.children.find(holds)) found = next;
  return found;
}
