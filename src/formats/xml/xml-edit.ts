import type { XmlElement } from '#formats/xml/xml-document';

/** An element of the document that is edited, or its path as `pathOf` prints it and `elementAt` reads it. */
export type XmlPlace = string | XmlElement;

/**
 * Where among the children of an element a new one goes. Names may carry the conditions of `select`.
 * `order` is the schema's order of children: the new one goes after the last child that comes earlier in the list or
 * has its own name. Children that the list does not name do not count.
 */
export type XmlSpot =
  | 'first'
  | 'last'
  | { readonly before: string }
  | { readonly after: string }
  | { readonly order: readonly string[] };

/**
 * One change to a document. All edits of a call name places in the document as it was before the call.
 * With paths as places an edit is plain data that survives JSON.
 */
export type XmlEdit =
  /** Gives an attribute a value, adding the attribute after the others where it is missing. `value` is plain text. */
  | { readonly do: 'set-attribute'; readonly at: XmlPlace; readonly name: string; readonly value: string }
  /** Takes an attribute away, with the space before it. */
  | { readonly do: 'remove-attribute'; readonly at: XmlPlace; readonly name: string }
  /** Gives an element without child elements another text (plain, not escaped); white space and comments around the old one stay. */
  | { readonly do: 'set-text'; readonly at: XmlPlace; readonly text: string }
  /** Adds one element, written as XML, into another; it is indented and quoted like what is there. Default spot: last. */
  | { readonly do: 'insert'; readonly into: XmlPlace; readonly xml: string; readonly spot?: XmlSpot }
  /** Takes an element away, with its line where it stands alone on it. */
  | { readonly do: 'remove'; readonly at: XmlPlace }
  /** Puts one element, written as XML, in the place of another. */
  | { readonly do: 'replace'; readonly at: XmlPlace; readonly xml: string }
  /**
   * Replaces source text verbatim, `offset` UTF-16 units after the start of the element at `at` (`/`: of the document), if
   * it is still what it `was`. `invertEdits` makes these; they may hold secrets.
   */
  | {
      readonly do: 'splice';
      readonly at: XmlPlace;
      readonly offset: number;
      readonly was: string;
      readonly becomes: string;
    };

/** Why an edit cannot be made; stable. */
export type XmlEditErrorCode =
  | 'no-such-place'
  | 'ambiguous-place'
  | 'no-such-attribute'
  | 'no-such-sibling'
  | 'malformed-xml'
  | 'malformed-name'
  | 'illegal-character'
  | 'has-children'
  | 'is-root'
  | 'overlap'
  | 'changed';

/** An edit that cannot be made: the request does not fit the document. No value is quoted. */
export class XmlEditError extends Error {
  readonly code: XmlEditErrorCode;
  /** What to do about it. */
  readonly doThis: string;

  constructor(code: XmlEditErrorCode, message: string, doThis: string) {
    super(message);
    this.name = 'XmlEditError';
    this.code = code;
    this.doThis = doThis;
  }
}
