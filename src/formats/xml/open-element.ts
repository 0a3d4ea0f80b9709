import type { StartTag } from '#formats/xml/start-tag';
import type { XmlAttribute, XmlDocument, XmlElement } from '#formats/xml/xml-document';

/** An element, also while its end is not yet known. Most attributes are never asked for, so they are kept as offsets. */
export class OpenElement implements XmlElement {
  readonly document: XmlDocument;
  /** Undefined for the outermost one. */
  parent: XmlElement | undefined;
  readonly name: string;
  readonly tag: StartTag;
  children: XmlElement[];
  readonly start: number;
  readonly openEnd: number;
  closeStart = 0;
  /** 0 while an end tag must follow. */
  end = 0;
  #attributes: readonly XmlAttribute[] | undefined;

  /** Takes its start tag, and where that stands. */
  constructor(parent: XmlElement | undefined, document: XmlDocument, tag: StartTag, start: number) {
    this.document = document;
    this.parent = parent;
    this.name = tag.name;
    this.tag = tag;
    this.children = noChildren;
    this.start = start;
    this.openEnd = start + tag.length;
    if (tag.isEmpty) {
      this.closeStart = this.openEnd;
      this.end = this.openEnd;
    }
  }

  get attributes(): readonly XmlAttribute[] {
    this.#attributes ??= attributesOf(this.document.text, this.start, this.tag);
    return this.#attributes;
  }

  /** Another element stands for this one. */
  standIn(other: XmlElement): void {
    for (const child of this.children) if (child instanceof OpenElement) child.parent = other;
  }

  /** Hangs an element into this one. */
  add(child: XmlElement): void {
    if (this.children === noChildren) this.children = [child];
    else this.children.push(child);
  }
}

/** Shared by all elements without child elements; never written to. */
const noChildren: XmlElement[] = [];

function attributesOf(text: string, begin: number, { spots }: StartTag): readonly XmlAttribute[] {
  const attributes: XmlAttribute[] = [];
  for (let at = 0; at < spots.length; at += 4) {
    const [start = 0, nameEnd = 0, valueStart = 0, valueEnd = 0] = spots.slice(at, at + 4).map(spot => begin + spot);
    attributes.push({ name: text.slice(start, nameEnd), start, valueStart, valueEnd });
  }
  return attributes;
}
