import type { OpenElement } from '#formats/xml/open-element';
import type { SeenText } from '#formats/xml/seen-elements';
import type { StartTag } from '#formats/xml/start-tag';
import type { XmlAttribute, XmlDocument, XmlElement } from '#formats/xml/xml-document';

/** An element whose text was seen before: its tags and children are read when somebody asks for them. */
export class SeenElement implements XmlElement {
  readonly name: string;
  readonly document: XmlDocument;
  readonly parent: XmlElement;
  readonly start: number;
  readonly end: number;
  readonly seen: SeenText;
  readonly #read: (document: XmlDocument, at: number) => OpenElement;
  #whole: OpenElement | undefined;

  /** Takes where it stands and what reads an element there. */
  constructor(
    parent: XmlElement,
    seen: SeenText,
    start: number,
    read: (document: XmlDocument, at: number) => OpenElement,
  ) {
    this.name = seen.name;
    this.document = parent.document;
    this.parent = parent;
    this.start = start;
    this.end = start + seen.source.length;
    this.seen = seen;
    this.#read = read;
  }

  get #element(): OpenElement {
    if (this.#whole === undefined) {
      this.#whole = this.#read(this.document, this.start);
      this.#whole.standIn(this);
    }
    return this.#whole;
  }

  get tag(): StartTag {
    return this.#element.tag;
  }

  get attributes(): readonly XmlAttribute[] {
    return this.#element.attributes;
  }

  get children(): readonly XmlElement[] {
    return this.#element.children;
  }

  get openEnd(): number {
    return this.#element.openEnd;
  }

  get closeStart(): number {
    return this.#element.closeStart;
  }
}
