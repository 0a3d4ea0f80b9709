import { readReference } from '#formats/xml/decode-references';
import { refuse } from '#formats/xml/refuse-xml';
import { endOfName, isLegalCharacter, skipSpace } from '#formats/xml/xml-characters';
import type { XmlDocument } from '#formats/xml/xml-document';
import { xmlLimits } from '#formats/xml/xml-limits';

const quote = 0x22;
const apostrophe = 0x27;
const equals = 0x3d;
const greaterThan = 0x3e;
const slash = 0x2f;
const lessThan = 0x3c;
const ampersand = 0x26;

/**
 * Reads the attributes of a start tag and checks them.
 *
 * @param name the element's, for messages
 * @param from offset just past the element's name
 * @param into gets four offsets for each, see `StartTag.spots`
 * @returns the offset of the `>` or `/>` that ends the tag
 * @throws XmlError
 */
export function readAttributes(document: XmlDocument, name: string, from: number, into: number[]): number {
  const { text } = document;
  const begin = from - name.length - 1;
  let at = from;
  for (;;) {
    const start = skipSpace(text, at);
    const code = text.charCodeAt(start);
    if (code === greaterThan || (code === slash && text.charCodeAt(start + 1) === greaterThan)) {
      if (into.length > 4) checkUnique(document, name, { begin, spots: into });
      return start;
    }
    const nameEnd = endOfName(text, start);
    if (nameEnd === start) return refuseTag(document, name, start);
    if (start === at) {
      refuse(
        document,
        start,
        'attribute',
        `In <${name}> there is no space before an attribute.`,
        'Put a space between attributes.',
      );
    }
    const equalsAt = skipSpace(text, nameEnd);
    const quoteAt = skipSpace(text, equalsAt + 1);
    const mark = text.charCodeAt(quoteAt);
    if (text.charCodeAt(equalsAt) !== equals || (mark !== quote && mark !== apostrophe)) {
      refuse(
        document,
        start,
        'attribute',
        `An attribute of <${name}> has no quoted value.`,
        "Write it as name='value'.",
      );
    }
    const valueEnd = endOfValue(document, name, quoteAt + 1, mark);
    into.push(start - begin, nameEnd - begin, quoteAt + 1 - begin, valueEnd - begin);
    at = valueEnd + 1;
    if (into.length > 4 * xmlLimits.attributesOfOne) {
      const says = `<${name}> has more than ${xmlLimits.attributesOfOne} attributes.`;
      refuse(document, start, 'too-many', says, 'No libvirt element has that many: check the file.');
    }
  }
}

function refuseTag(document: XmlDocument, name: string, at: number): never {
  if (at >= document.text.length || document.text.charCodeAt(at) === lessThan) {
    refuse(document, at, 'tag', `The tag of <${name}> has no >.`, 'Close the tag.');
  }
  return refuse(
    document,
    at,
    'attribute',
    `In the tag of <${name}> there is a character that cannot begin an attribute.`,
    "Write attributes as name='value'.",
  );
}

/** The offset of the closing quote of the value that starts at `from`. */
function endOfValue(document: XmlDocument, name: string, from: number, mark: number): number {
  const { text } = document;
  let at = from;
  for (;;) {
    const code = text.charCodeAt(at);
    if (code === mark) return at;
    if (code === ampersand) at = endOfReference(document, at);
    else if (code === lessThan) {
      refuse(
        document,
        at,
        'attribute',
        `An attribute value of <${name}> holds a < or lacks its closing quote.`,
        'Write &lt; for a less-than sign.',
      );
    } else if (code >= 0x20 && code < 0xd800) at++;
    else if (at >= text.length)
      refuse(
        document,
        from - 1,
        'attribute',
        `An attribute value of <${name}> has no closing quote.`,
        'Close the quote.',
      );
    else if (isLegalCharacter(text, at)) at++;
    else refuseCharacter(document, at);
  }
}

/** The offset past the reference at `at`, which must be one that XML predefines. */
export function endOfReference(document: XmlDocument, at: number): number {
  const found = readReference(document.text, at);
  if (found) return found.end;
  return refuse(
    document,
    at,
    'entity',
    'Here is an & that begins no known reference.',
    'Write &amp; for an ampersand; own entities are not read.',
  );
}

/** Throws: a control character, half a surrogate pair or a non-character. */
export function refuseCharacter(document: XmlDocument, at: number): never {
  const code = document.text.charCodeAt(at).toString(16).toUpperCase().padStart(4, '0');
  return refuse(
    document,
    at,
    'character',
    `The character U+${code} is not allowed in XML.`,
    'Remove it; the file may be damaged or not be text.',
  );
}

/** Few attributes are compared in pairs, which is cheapest; many go through a set, which cannot be made slow. */
const few = 12;

interface Spots {
  /** The offset from which they count. */
  readonly begin: number;
  readonly spots: readonly number[];
}

function checkUnique(document: XmlDocument, name: string, attributes: Spots): void {
  const { text } = document;
  const { begin, spots } = attributes;
  const double = spots.length > 4 * few ? findDouble(text, attributes) : findDoubleAmongFew(text, attributes);
  if (double === undefined) return;
  const start = begin + (spots[double] ?? 0);
  refuse(
    document,
    start,
    'attribute',
    `<${name}> has the attribute ${text.slice(start, begin + (spots[double + 1] ?? 0))} twice.`,
    'Remove one of them.',
  );
}

/** The place in `spots` of the second of two attributes of one name. */
function findDoubleAmongFew(text: string, { begin, spots }: Spots): number | undefined {
  for (let second = 4; second < spots.length; second += 4) {
    const start = spots[second] ?? 0;
    const length = (spots[second + 1] ?? 0) - start;
    for (let first = 0; first < second; first += 4) {
      const before = spots[first] ?? 0;
      if (
        (spots[first + 1] ?? 0) - before === length &&
        text.startsWith(text.slice(begin + start, begin + start + length), begin + before)
      )
        return second;
    }
  }
  return undefined;
}

function findDouble(text: string, { begin, spots }: Spots): number | undefined {
  const names = new Set<string>();
  for (let at = 0; at < spots.length; at += 4)
    if (names.size === names.add(text.slice(begin + (spots[at] ?? 0), begin + (spots[at + 1] ?? 0))).size) return at;
  return undefined;
}
