import { endOfReference, refuseCharacter } from '#formats/xml/read-attributes';
import { refuse } from '#formats/xml/refuse-xml';
import { endOfName, isLegalCharacter, skipSpace, stopsText } from '#formats/xml/xml-characters';
import type { XmlDocument } from '#formats/xml/xml-document';

const lessThan = 0x3c;
const ampersand = 0x26;

/**
 * Reads plain text inside an element and checks its characters and references.
 *
 * @returns the offset of the next `<`, or the length of the text
 */
export function readText(document: XmlDocument, from: number): number {
  const { text } = document;
  let at = from;
  for (;;) {
    const code = text.charCodeAt(at);
    if (code === lessThan) return at;
    if (!stopsText(code)) {
      if (Number.isNaN(code)) return text.length;
      at++;
    } else if (code === ampersand) at = endOfReference(document, at);
    else if (text.startsWith(']]>', at)) {
      refuse(document, at, 'content', 'Text holds ]]> outside a CDATA section.', 'Write ]]&gt; instead.');
    } else if (isLegalCharacter(text, at)) at++;
    else refuseCharacter(document, at);
  }
}

/**
 * Reads a comment, CDATA section or processing instruction, which begin with `<!` or `<?`.
 *
 * @returns the offset past it
 * @throws XmlError also for DOCTYPE and everything that belongs into one
 */
export function readMarkup(document: XmlDocument, at: number): number {
  const { text } = document;
  if (text.startsWith('<!--', at)) return readComment(document, at);
  if (text.startsWith('<![CDATA[', at)) {
    const end = text.indexOf(']]>', at + 9);
    if (end === -1) refuse(document, at, 'content', 'A CDATA section is not closed.', 'Close it with ]]>.');
    checkCharacters(document, at, end);
    return end + 3;
  }
  if (text.startsWith('<?', at)) return readInstruction(document, at);
  if (/^<!(?:DOCTYPE|ENTITY|ELEMENT|ATTLIST|NOTATION)/i.test(text.slice(at, at + 12))) {
    refuse(
      document,
      at,
      'doctype',
      'DOCTYPE and entity declarations are not read.',
      'Remove the declaration: libvirt files need none, and it can name other files or grow without bound.',
    );
  }
  return refuse(
    document,
    at,
    'content',
    'After <! there is neither a comment nor a CDATA section.',
    'Write &lt; for a less-than sign in text.',
  );
}

function readComment(document: XmlDocument, at: number): number {
  const end = document.text.indexOf('--', at + 4);
  if (end === -1) refuse(document, at, 'comment', 'A comment is not closed.', 'Close it with -->.');
  if (document.text.charAt(end + 2) !== '>') {
    refuse(
      document,
      end,
      'comment',
      'A comment holds two hyphens in a row.',
      'Close it with --> or remove the hyphens.',
    );
  }
  checkCharacters(document, at, end);
  return end + 3;
}

function readInstruction(document: XmlDocument, at: number): number {
  const { text } = document;
  const end = text.indexOf('?>', at + 2);
  const nameEnd = endOfName(text, at + 2);
  if (nameEnd === at + 2 || end === -1 || (nameEnd !== end && skipSpace(text, nameEnd) === nameEnd)) {
    refuse(
      document,
      at,
      'instruction',
      'A processing instruction has no name or no end.',
      'Write it as <?name text?> or remove it.',
    );
  }
  if (text.slice(at + 2, nameEnd).toLowerCase() === 'xml') {
    refuse(
      document,
      at,
      'instruction',
      'The XML declaration is malformed or not at the very start.',
      "Begin the file with <?xml version='1.0' encoding='UTF-8'?> or leave it out.",
    );
  }
  checkCharacters(document, nameEnd, end);
  return end + 2;
}

function checkCharacters(document: XmlDocument, from: number, to: number): void {
  for (let at = from; at < to; at++) {
    const code = document.text.charCodeAt(at);
    if ((code < 0x20 || code >= 0xd800) && !isLegalCharacter(document.text, at)) refuseCharacter(document, at);
  }
}
