import type { XmlAttribute, XmlDocument, XmlElement } from '#formats/xml/xml-document';

/** An element, also while its end is not yet known. Most attributes are never asked for, so they are kept as offsets. */
export class OpenElement implements XmlElement {
  readonly name: string;
  readonly document: XmlDocument;
  readonly parent: OpenElement | undefined;
  readonly spots: readonly number[];
  children: OpenElement[];
  readonly start: number;
  readonly openEnd: number;
  closeStart: number;
  /** 0 while an end tag must follow. */
  end: number;
  #attributes: readonly XmlAttribute[] | undefined;

  /** Takes the start tag: name, attributes and where it begins and ends. */
  constructor(
    parent: OpenElement | undefined,
    { document, name, spots, start, openEnd, isEmpty }: StartTag,
    noChildren: OpenElement[],
  ) {
    this.name = name;
    this.document = document;
    this.parent = parent;
    this.spots = spots;
    this.children = noChildren;
    this.start = start;
    this.openEnd = openEnd;
    this.closeStart = isEmpty ? openEnd : 0;
    this.end = isEmpty ? openEnd : 0;
    this.#attributes = undefined;
  }

  get attributes(): readonly XmlAttribute[] {
    this.#attributes ??= attributesAt(this.document.text, this.spots);
    return this.#attributes;
  }
}

/** What a start tag says. */
export interface StartTag {
  readonly document: XmlDocument;
  readonly name: string;
  readonly spots: readonly number[];
  readonly start: number;
  readonly openEnd: number;
  readonly isEmpty: boolean;
}

function attributesAt(text: string, spots: readonly number[]): readonly XmlAttribute[] {
  const attributes: XmlAttribute[] = [];
  for (let at = 0; at < spots.length; at += 4) {
    const [start = 0, nameEnd = 0, valueStart = 0, valueEnd = 0] = spots.slice(at, at + 4);
    attributes.push({ name: text.slice(start, nameEnd), start, valueStart, valueEnd });
  }
  return attributes;
}
