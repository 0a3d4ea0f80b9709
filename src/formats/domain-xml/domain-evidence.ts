import { printEvidence } from '#formats/domain-xml/print-evidence';
import { positionInText } from '#formats/xml/xml-error';
import type { Evidence, Place } from '#model/known';

/** The text that a definition was read from. */
export interface DomainOrigin {
  readonly text: string;
  /** The name of its outermost element. */
  readonly root: string;
  /** A path that a person can open, or the libvirt call. */
  readonly file: string;
  /** Whether `file` is a path, so that a place in it helps. */
  readonly isFile: boolean;
}

/** The number of an element that is not there. */
export const lacking = -1;

/**
 * Evidence from a domain XML. Quoting and counting lines cost more than reading the whole definition, so both are done when asked
 * for. Holds the text, not the tree.
 */
export class DomainEvidence implements Evidence {
  readonly #origin: DomainOrigin;
  readonly #path: string;
  readonly #number: number;
  readonly #start: number;
  readonly #end: number;

  /**
   * Takes the path of the element below the root (`devices/disk`), where it stands, and its number among several of its name. Where it
   * is not there: where its parent stands, and `lacking` for the number.
   */
  constructor(origin: DomainOrigin, path: string, spot: { readonly start: number; readonly end: number }, number = 0) {
    this.#origin = origin;
    this.#path = path;
    this.#number = number;
    this.#start = spot.start;
    this.#end = spot.end;
  }

  get from(): string {
    return `domain XML /${this.#origin.root}/${this.#path}${this.#number > 0 ? `[${this.#number}]` : ''}`;
  }

  /** The source of the element on one line, shortened, secrets masked. */
  get value(): string {
    return this.#number === lacking ? 'not there' : printEvidence(this.#origin.text.slice(this.#start, this.#end));
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
