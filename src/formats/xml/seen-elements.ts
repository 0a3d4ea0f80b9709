import type { StartTag } from '#formats/xml/start-tag';

/** Elements longer than this are seldom written twice. */
const mostOfOne = 2000;
/** How many start tags are kept, and how many elements for each. */
const mostTags = 1000;
const mostOfTag = 4;

/** The text of an element that was read before. Whatever is read of the element alone is the same wherever that text stands. */
export class SeenText {
  readonly source: string;
  readonly name: string;
  /** How many elements were open around it. */
  readonly depth: number;
  /** How many elements and attributes it has, its own included. */
  readonly elements: number;
  readonly attributes: number;

  constructor(source: string, name: string, { depth, elements, attributes }: Size) {
    this.source = source;
    this.name = name;
    this.depth = depth;
    this.elements = elements;
    this.attributes = attributes;
  }
}

/** How large an element is, and how deep it stands. */
export interface Size {
  readonly depth: number;
  readonly elements: number;
  readonly attributes: number;
}

/**
 * What was read of a host's documents, for the next one: guests are made from templates, and most devices of one stand in all others word
 * for word. Such an element is known to be well-formed, and need not be read again. Bounded.
 */
export class SeenElements {
  readonly #byTag = new Map<string, SeenText[]>();
  readonly #tags = new Map<string, StartTag>();

  /** The text of an element that is well-formed, begins at `at` with that tag and stands as deep; undefined where none was seen. */
  find(
    text: string,
    at: number,
    { tag, depth }: { readonly tag: string; readonly depth: number },
  ): SeenText | undefined {
    const same = this.#byTag.get(tag);
    if (same === undefined) return undefined;
    for (let index = 0; index < same.length; index++) {
      const seen = same[index];
      if (seen?.depth === depth && text.startsWith(seen.source, at)) return seen;
    }
    return undefined;
  }

  /** The start tag of that text, where one was read. */
  tag(source: string): StartTag | undefined {
    return this.#tags.get(source);
  }

  /** Keeps a start tag that was read. */
  addTag(source: string, tag: StartTag): void {
    if (tag.length === source.length && tag.length <= mostOfOne && this.#tags.size < mostTags)
      this.#tags.set(source, tag);
  }

  /** Keeps an element that was read: its text and its name. */
  add(source: string, name: string, size: Size): void {
    if (source.length > mostOfOne) return;
    const tag = tagAt(source, 0);
    const same = this.#byTag.get(tag);
    const seen = new SeenText(source, name, size);
    if (same !== undefined) {
      // the latest is the likeliest
      same.unshift(seen);
      if (same.length > mostOfTag) same.pop();
    } else if (this.#byTag.size < mostTags) this.#byTag.set(tag, [seen]);
  }
}

/** From `<` to the first `>`, which is in most cases the whole start tag. */
export const tagAt = (text: string, at: number): string => text.slice(at, text.indexOf('>', at) + 1);
