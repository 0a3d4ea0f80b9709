import type { SeenText } from '#formats/xml/seen-elements';
import type { StartTag } from '#formats/xml/start-tag';
import { positionInText, type XmlPosition } from '#formats/xml/xml-error';

/** A stretch of the source text: UTF-16 offsets, `end` exclusive. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** One attribute: `name='value'` as written. The value is decoded only when asked for (`attribute()`). */
export interface XmlAttribute {
  /** Name as written, prefix included. */
  readonly name: string;
  /** Offset of the first letter of the name. */
  readonly start: number;
  /** Offset just past the opening quote. */
  readonly valueStart: number;
  /** Offset of the closing quote. */
  readonly valueEnd: number;
}

/** One element. `sourceOf(element)` is its text from `<name` to the end of `</name>`. */
export interface XmlElement {
  /** Name as written, prefix included. */
  readonly name: string;
  readonly document: XmlDocument;
  readonly parent: XmlElement | undefined;
  /** In the order written. Made when they are asked for; who wants one value takes `attribute()`. */
  readonly attributes: readonly XmlAttribute[];
  readonly tag: StartTag;
  /** Child elements in the order written; text, comments and the like are in `contentOf()`. */
  readonly children: readonly XmlElement[];
  /** Offset of `<`. */
  readonly start: number;
  /** Offset just past the `>` of the start tag; equals `end` for `<name/>`. */
  readonly openEnd: number;
  /** Offset of the `<` of the end tag; equals `end` for `<name/>`. */
  readonly closeStart: number;
  /** Offset just past the last `>`. */
  readonly end: number;
  /** Where the same text was read before: one object for all elements of that text. */
  readonly seen?: SeenText | undefined;
}

/** What a reader hands to the document it fills. */
export interface DocumentParts {
  readonly root: XmlElement;
  readonly start: number;
  readonly end: number;
}

/** A parsed XML document over its unchanged source text. Immutable. */
export class XmlDocument {
  /** The whole text as given, byte order mark included. */
  readonly text: string;
  /** The name the caller gave to the text, for messages. */
  readonly file: string;
  readonly root: XmlElement;
  /** First offset of this document; 0 unless the text holds several (`parseXmlSequence`). */
  readonly start: number;
  /** Offset just past this document; the length of the text unless it holds several. */
  readonly end: number;
  /** The last line start found: questions come mostly in the order of the text. */
  #known: { offset: number; line: number } = { offset: 0, line: 1 };

  constructor(text: string, file: string, read: (document: XmlDocument) => DocumentParts) {
    this.text = text;
    this.file = file;
    const { root, start, end } = read(this);
    this.root = root;
    this.start = start;
    this.end = end;
  }

  /** Line and column (1-based, code points) of an offset into the text. */
  positionOf(offset: number): XmlPosition {
    const from = this.#known.offset <= offset ? this.#known : { offset: 0, line: 1 };
    const position = positionInText(this.text, offset, from);
    this.#known = { offset: this.text.lastIndexOf('\n', offset - 1) + 1, line: position.line };
    return position;
  }

  /** The source text of an element or span, unchanged. May hold secrets: `redacted()` is for printing. */
  sourceOf(span: Span): string {
    return this.text.slice(span.start, span.end);
  }
}
