import type { Change } from '#change/change';

/**
 * What stands at one place of a domain XML: the text of an element, the value of an attribute, a whole element as XML. Undefined: it
 * is not there. A change names paths and texts, never a document, so that no secret enters a plan and none is lost.
 */
export interface DomainPart {
  /** Path from the domain element: `memory`, `devices/interface[2]/model/@type`, `memoryBacking`. */
  readonly path: string;
  readonly content: string | undefined;
}

/** Edits the stored definition of a guest; takes effect when it is next started from off (a reboot inside does not do). Both lists name the same paths. */
export const editDomain = (
  guest: string,
  before: readonly DomainPart[],
  after: readonly DomainPart[],
): Change<'domain-xml', readonly DomainPart[]> => ({
  kind: 'domain-xml',
  on: guest,
  before,
  after,
  lasts: 'across-reboots',
  takesEffect: 'guest-power-cycle',
});
