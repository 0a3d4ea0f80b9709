import { OpenElement } from '#formats/xml/open-element';
import { readAttributes } from '#formats/xml/read-attributes';
import { readMarkup, readText } from '#formats/xml/read-markup';
import { refuse } from '#formats/xml/refuse-xml';
import { SeenElement } from '#formats/xml/seen-element';
import { type SeenElements, tagAt } from '#formats/xml/seen-elements';
import type { StartTag } from '#formats/xml/start-tag';
import { endOfName, skipSpace } from '#formats/xml/xml-characters';
import { XmlDocument } from '#formats/xml/xml-document';
import { xmlLimits } from '#formats/xml/xml-limits';

const lessThan = 0x3c;
const greaterThan = 0x3e;
const slash = 0x2f;

const declaration =
  /<\?xml[ \t\r\n]+version[ \t\r\n]*=[ \t\r\n]*(?:"1\.[0-9]{1,3}"|'1\.[0-9]{1,3}')(?:[ \t\r\n]+encoding[ \t\r\n]*=[ \t\r\n]*(?:"[A-Za-z][\w.-]{0,40}"|'[A-Za-z][\w.-]{0,40}'))?(?:[ \t\r\n]+standalone[ \t\r\n]*=[ \t\r\n]*(?:"(?:yes|no)"|'(?:yes|no)'))?[ \t\r\n]*\?>/y;

/**
 * Reads one XML document into a tree of positions over the unchanged text.
 *
 * Checked: everything XML 1.0 calls well-formed for a document without DOCTYPE (https://www.w3.org/TR/xml/).
 * Refused: DOCTYPE (hence own entities and external references), and what exceeds `xmlLimits`.
 * Prefixes stay as written; `namespaceOf()` resolves them, and an undeclared one is no error (libvirt takes it too).
 * Not recursive: depth costs no stack.
 *
 * @param text the decoded text, with or without byte order mark (`decodeXmlBytes` makes it from bytes)
 * @param options.file the name to use in messages
 * @param options.seen what was read of documents like this one, which saves reading it again; gets what is read here
 * @throws XmlError and nothing else
 */
export function parseXml(
  text: string,
  options: { readonly file: string; readonly seen?: SeenElements | undefined },
): XmlDocument {
  return new XmlDocument(text, options.file, document => {
    checkSize(document);
    const begin = text.charCodeAt(0) === 0xfeff ? 1 : 0;
    const root = readElements(document, readProlog(document, begin), options.seen);
    const end = skipMisc(document, root.end);
    if (end < text.length)
      refuse(document, end, 'content', 'There is something after the end of the document.', oneRoot);
    return { root, start: 0, end };
  });
}

/**
 * Reads documents written one after the other into one text (`virsh capabilities >> file`), each with its own root.
 * White space after a root belongs to the document before it, comments and declarations to the next one; together the
 * documents cover the text. Positions count from the start of the text.
 *
 * @throws XmlError when any of them is not well-formed
 */
export function parseXmlSequence(text: string, options: { readonly file: string }): readonly XmlDocument[] {
  const documents: XmlDocument[] = [];
  let at = 0;
  do {
    const start = at;
    const next = new XmlDocument(text, options.file, document => {
      if (documents.length === 0) checkSize(document);
      if (documents.length >= xmlLimits.documents) {
        refuse(
          document,
          start,
          'too-many',
          `The file holds more than ${xmlLimits.documents} documents.`,
          'Split the file.',
        );
      }
      const begin = text.charCodeAt(start) === 0xfeff ? start + 1 : start;
      const root = readElements(document, readProlog(document, begin));
      const spaceEnd = skipSpace(text, root.end);
      const isLast = spaceEnd === text.length || endsWithMisc(document, spaceEnd);
      return { root, start, end: isLast ? text.length : spaceEnd };
    });
    documents.push(next);
    at = next.end;
  } while (at < text.length);
  return documents;
}

const oneRoot = 'Keep one outermost element; several documents belong in several files.';

function checkSize(document: XmlDocument): void {
  if (document.text.length > xmlLimits.length) {
    const says = `The document is longer than ${xmlLimits.length / 2 ** 20} Mi characters.`;
    refuse(document, 0, 'too-large', says, 'Check that this is a libvirt XML file: the largest are a few MiB.');
  }
}

/** Reads what may stand before the root; gives the offset of the root's `<`. */
function readProlog(document: XmlDocument, begin: number): number {
  declaration.lastIndex = begin;
  const at = skipMisc(document, declaration.test(document.text) ? declaration.lastIndex : begin);
  if (at >= document.text.length) {
    refuse(
      document,
      at,
      'empty',
      'There is no element in the document.',
      'Check that the file was written completely.',
    );
  }
  return at;
}

/** Skips white space, comments and processing instructions outside the root element. */
function skipMisc(document: XmlDocument, from: number): number {
  const { text } = document;
  let at = skipSpace(text, from);
  while (text.startsWith('<!', at) || text.startsWith('<?', at)) {
    if (text.startsWith('<![', at))
      refuse(document, at, 'content', 'Text stands outside the outermost element.', oneRoot);
    at = skipSpace(text, readMarkup(document, at));
  }
  return at;
}

/** Whether only white space, comments and instructions follow, so that no other document does. */
function endsWithMisc(document: XmlDocument, from: number): boolean {
  declaration.lastIndex = from;
  return !declaration.test(document.text) && skipMisc(document, from) === document.text.length;
}

/** How deep elements may stand that are looked up: parts of a guest's definition, and its devices. */
const seenDepth = 2;

/** Reads the root element and all below it. */
function readElements(document: XmlDocument, rootStart: number, seen?: SeenElements): OpenElement {
  const { text } = document;
  if (text.charCodeAt(rootStart) !== lessThan) {
    refuse(
      document,
      rootStart,
      'content',
      'Text stands outside the outermost element.',
      'Check that this is an XML file.',
    );
  }
  /** The elements around the place at hand. */
  const open: OpenElement[] = [];
  /** How many elements and attributes there were before each of the outer ones. */
  const before: { readonly elements: number; readonly attributes: number }[] = [];
  let elements = 0;
  let attributes = 0;
  let parent: OpenElement | undefined;
  let at = rootStart;
  const keep = (element: OpenElement): void => {
    const depth = open.length;
    const from = before[depth];
    if (seen === undefined || depth === 0 || depth > seenDepth || from === undefined) return;
    const source = text.slice(element.start, element.end);
    seen.add(source, element.name, {
      depth,
      elements: elements - from.elements,
      attributes: attributes - from.attributes,
    });
  };
  for (;;) {
    // at a '<'
    const next = text.charCodeAt(at + 1);
    if (next === slash) {
      if (!parent)
        refuse(document, at, 'tag', 'An end tag stands where no element is open.', 'Remove it or add its start tag.');
      at = closeElement(parent, at);
      open.pop();
      const closed = parent;
      parent = open.at(-1);
      if (!parent) return closed;
      keep(closed);
    } else if (next === 0x21 || next === 0x3f) {
      at = readMarkup(document, at);
    } else {
      const depth = open.length;
      const tag = seen && tagAt(text, at);
      const same =
        tag !== undefined && depth > 0 && depth <= seenDepth ? seen?.find(text, at, { tag, depth }) : undefined;
      if (depth <= seenDepth) before[depth] = { elements, attributes };
      elements += same?.elements ?? 1;
      if (elements > xmlLimits.elements) {
        refuse(
          document,
          at,
          'too-many',
          `The document has more than ${xmlLimits.elements} elements.`,
          'Split the file.',
        );
      }
      const element =
        same && parent
          ? new SeenElement(parent, same, at, readElements)
          : new OpenElement(parent, document, startTag(document, at, tag, seen), at);
      parent?.add(element);
      attributes += same?.attributes ?? element.tag.spots.length / 4;
      if (attributes > xmlLimits.attributes) {
        refuse(
          document,
          at,
          'too-many',
          `The document has more than ${xmlLimits.attributes} attributes.`,
          'Split the file.',
        );
      }
      if (element instanceof SeenElement) at = element.end;
      else {
        at = element.openEnd;
        if (element.end !== 0) {
          if (!parent) return element;
          keep(element);
        } else {
          open.push(element);
          if (open.length > xmlLimits.depth) {
            refuse(
              document,
              element.start,
              'too-deep',
              `Elements are nested more than ${xmlLimits.depth} deep.`,
              'No libvirt document nests this deep: check the file.',
            );
          }
          parent = element;
        }
      }
    }
    at = readText(document, at);
    if (at === text.length) {
      const where =
        parent ??
        refuse(document, at, 'content', 'The document ends too early.', 'Check that the file was written completely.');
      refuse(
        document,
        at,
        'tag',
        `The text ends inside <${shown(where.name)}>, which was opened in line ${document.positionOf(where.start).line}.`,
        'Check that the file was written completely.',
      );
    }
  }
}

/** Gives the start tag at an offset, whose text may have been read before. */
function startTag(document: XmlDocument, start: number, source?: string, seen?: SeenElements): StartTag {
  const same = source === undefined ? undefined : seen?.tag(source);
  if (same !== undefined) return same;
  const tag = readStartTag(document, start);
  if (source !== undefined) seen?.addTag(source, tag);
  return tag;
}

function readStartTag(document: XmlDocument, start: number): StartTag {
  const { text } = document;
  const nameEnd = endOfName(text, start + 1);
  if (nameEnd === start + 1) {
    refuse(document, start, 'name', 'After < there is no element name.', 'Write &lt; for a less-than sign in text.');
  }
  const name = text.slice(start + 1, nameEnd);
  const spots: number[] = [];
  const end = readAttributes(document, name, nameEnd, spots);
  const isEmpty = text.charCodeAt(end) === slash;
  return { name, spots, length: end + (isEmpty ? 2 : 1) - start, isEmpty };
}

/** Reads the end tag at `at`, which must be that of `element`; gives the offset past it. */
function closeElement(element: OpenElement, at: number): number {
  const { document, name } = element;
  const { text } = document;
  const nameEnd = at + 2 + name.length;
  const tagEnd = skipSpace(text, nameEnd);
  if (!text.startsWith(name, at + 2) || text.charCodeAt(tagEnd) !== greaterThan) {
    const found = text.slice(at + 2, endOfName(text, at + 2));
    const opened = `<${shown(name)}>, opened in line ${document.positionOf(element.start).line},`;
    const says = found === name ? `The end tag of ${opened} has no >.` : `${opened} is closed by </${shown(found)}>.`;
    refuse(document, at, 'tag', says, `Write </${shown(name)}> here, or add the tag that is missing before.`);
  }
  element.closeStart = at;
  element.end = tagEnd + 1;
  return tagEnd + 1;
}

function shown(name: string): string {
  return name.length > 60 ? `${name.slice(0, 60)}…` : name;
}
