import type { Change } from '#change/change';
import { defineKind } from '#change/change-kind';
import { bareParts } from '#change/domain/bare-parts';
import type { DomainPart } from '#change/domain/domain-part';
import { editParts } from '#change/domain/edit-parts';
import { partKnobs } from '#change/domain/part-knobs';
import { pathFault } from '#change/domain/part-path';
import { partForm, readPart } from '#change/domain/read-part';
import { isSameContent } from '#change/domain/same-part';
import { parseXml } from '#formats/xml/parse-xml';
import { XmlEditError } from '#formats/xml/xml-edit';
import { XmlError } from '#formats/xml/xml-error';

/** Edits the stored definition of a guest. */
export type DomainXmlChange = Change<'domain-xml', readonly DomainPart[]>;

/**
 * Edits the stored definition of a guest; takes effect when it is next started from off (a reboot inside does not do). Both lists name
 * the same paths. An element that only holds others (`memoryBacking`, `features`) and is added as a whole is taken apart: others may add
 * to it as well.
 */
export const editDomain = (
  guest: string,
  before: readonly DomainPart[],
  after: readonly DomainPart[],
): DomainXmlChange => ({
  kind: 'domain-xml',
  on: guest,
  ...bareParts(before, after),
  lasts: 'across-reboots',
  takesEffect: 'guest-power-cycle',
});

/** Whether a value is a list of parts with sound paths. */
export const isParts = (value: unknown): value is readonly DomainPart[] => Array.isArray(value) && value.every(isPart);

const isPart = (value: unknown): value is DomainPart =>
  typeof value === 'object' &&
  value !== null &&
  'path' in value &&
  typeof value.path === 'string' &&
  pathFault(value.path) === undefined &&
  (!('content' in value) || value.content === undefined || typeof value.content === 'string');

/** What stands in a document at the places of a change; none at all where there is no document. */
export function partsIn(
  xml: string | undefined,
  { on, before, after }: Pick<Change<string, readonly DomainPart[]>, 'on' | 'before' | 'after'>,
): readonly DomainPart[] {
  if (xml === undefined) return [];
  const { root } = parseXml(xml, { file: on });
  return after.map(({ path, content }) => {
    const form = partForm(path, [content, before.find(part => part.path === path)?.content]);
    return { path, content: readPart(root, path, form) };
  });
}

/** Whether two lists name the same places, with contents that mean the same. */
export const isSameParts = (one: readonly DomainPart[], other: readonly DomainPart[]): boolean =>
  one.length === other.length &&
  one.every(({ path, content }) => {
    const twin = other.find(part => part.path === path);
    return twin !== undefined && isSameContent(path, content, twin.content);
  });

/** `domain-xml`: parts of the stored definition of a guest. What libvirt adds to what it stores does not count. */
export const domainXmlKind = defineKind<'domain-xml', readonly DomainPart[]>({
  kind: 'domain-xml',
  isState: isParts,
  faultOf: on => (on === '' || on.includes('/') || on.includes('\n') ? `“${on}” is no name of a guest` : undefined),
  knobs: partKnobs,
  looks: ({ on }) => [{ look: 'guest', guest: on, half: 'stored' }],
  obstacle: ({ on, after }, seen) => {
    const xml = seen.guest(on, 'stored');
    if (xml === undefined)
      return `there is no stored definition of a guest ${on}: change the place that it is started from.`;
    try {
      editParts(xml, after, on);
      return undefined;
    } catch (error) {
      if (error instanceof XmlEditError || error instanceof XmlError) return `${error.message} ${error.doThis}`;
      throw error;
    }
  },
  state: (change, seen) => partsIn(seen.guest(change.on, 'stored'), change),
  steps: (change, seen) => {
    const differs = difference(partsIn(seen.guest(change.on, 'stored'), change), change.after);
    return differs.length === 0 ? [] : [{ do: 'define-guest', guest: change.on, parts: differs }];
  },
  isSame: isSameParts,
});

/** The parts that are not yet what they are to be. */
export const difference = (now: readonly DomainPart[], after: readonly DomainPart[]): readonly DomainPart[] =>
  after.filter(({ path, content }) => {
    const there = now.find(part => part.path === path);
    return there === undefined || !isSameContent(path, there.content, content);
  });
