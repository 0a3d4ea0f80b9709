import { printEvidence } from '#formats/domain-xml/print-evidence';
import { positionInText } from '#formats/xml/xml-error';
import type { Evidence, Place } from '#model/known';

/** The text that a definition was read from. */
export interface DomainOrigin {
  readonly text: string;
  /** A path that a person can open, or the libvirt call. */
  readonly file: string;
  /** Whether `file` is a path, so that a place in it helps. */
  readonly isFile: boolean;
}

/**
 * Evidence from a domain XML. Quoting and counting lines cost more than reading the whole definition, so both are done when asked
 * for. Holds the text, not the tree.
 */
export class DomainEvidence implements Evidence {
  readonly #origin: DomainOrigin;
  readonly #path: string;
  readonly #start: number;
  readonly #end: number;

  /** Takes the path of the element (`/domain/devices/disk[2]`) and where it stands; without an end nothing stands there. */
  constructor(origin: DomainOrigin, path: string, start: number, end: number | undefined) {
    this.#origin = origin;
    this.#path = path;
    this.#start = start;
    this.#end = end ?? -1;
  }

  get from(): string {
    return `domain XML ${this.#path}`;
  }

  /** The source of the element on one line, shortened, secrets masked. */
  get value(): string {
    return this.#end < 0 ? 'not there' : printEvidence(this.#origin.text.slice(this.#start, this.#end));
  }

  get place(): Place | undefined {
    const { isFile, file, text } = this.#origin;
    return isFile ? { file, ...positionInText(text, this.#start, { offset: 0, line: 1 }) } : undefined;
  }

  toJSON(): Evidence {
    const { from, value, place } = this;
    return place === undefined ? { from, value } : { from, value, place };
  }
}
