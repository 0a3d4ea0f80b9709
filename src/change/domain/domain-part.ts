/**
 * What stands at one place of a domain XML: the text of an element, the value of an attribute, a whole element as XML. Undefined: it
 * is not there. A change names paths and texts, never a document, so that no secret enters a plan and none is lost.
 */
export interface DomainPart {
  /** Path from the domain element: `memory`, `devices/interface[2]/model/@type`, `memoryBacking/locked`. */
  readonly path: string;
  /** Sizes in the unit that libvirt takes where none is written (KiB; metadata_cache/max_size: bytes), whatever unit the document has. */
  readonly content: string | undefined;
}
