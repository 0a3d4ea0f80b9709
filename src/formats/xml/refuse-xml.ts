import type { XmlDocument } from '#formats/xml/xml-document';
import { positionInText, XmlError, type XmlErrorCode } from '#formats/xml/xml-error';

/** Throws the `XmlError` for a fault at `offset` of the document's text. */
export function refuse(document: XmlDocument, offset: number, code: XmlErrorCode, says: string, doThis: string): never {
  const position = positionInText(document.text, offset, { offset: 0, line: 1 });
  throw new XmlError(code, document.file, position, says, doThis);
}
