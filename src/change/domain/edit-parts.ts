import type { DomainPart } from '#change/domain/domain-part';
import { elementsAtPlace, type PartPlace, partPlace } from '#change/domain/part-path';
import { partForm, sizeUnit } from '#change/domain/read-part';
import { childOrder } from '#change/domain/schema-order';
import { editXml } from '#formats/xml/edit-xml';
import { escapeAttribute, escapeText } from '#formats/xml/escape-xml';
import { parseXml } from '#formats/xml/parse-xml';
import { contentOf } from '#formats/xml/xml-content';
import type { XmlElement } from '#formats/xml/xml-document';
import { type XmlEdit, XmlEditError } from '#formats/xml/xml-edit';
import type { PathStep } from '#formats/xml/xml-path';
import { attribute, findAttribute } from '#formats/xml/xml-tree';
import { secretMark } from '#units/secret';

/**
 * Brings parts into the text of a domain XML; every other byte stays. Parents that are missing are made, in the order in which libvirt
 * writes them; a parent that is left without anything by what is taken away goes too, for libvirt does not keep such a one. What is
 * there already is left alone.
 *
 * @param file name of the document, for messages
 * @throws XmlEditError where a part has no place in the document, or a content is no XML; XmlError where the text is no XML
 */
export function editParts(xml: string, parts: readonly DomainPart[], file: string): string {
  // what goes, goes last and from the end, so that numbered places stay what they are
  const goes = parts.filter(({ content }) => content === undefined).reverse();
  const comes = parts.filter(({ content }) => content !== undefined);
  return [...comes, ...goes].reduce((text, part) => editPart(text, part, file), xml);
}

function editPart(xml: string, { path, content }: DomainPart, file: string): string {
  const document = parseXml(xml, { file });
  const place = partPlace(path);
  const found = elementsAtPlace(document.root, place);
  if (found.length > 1)
    throw new XmlEditError('ambiguous-place', `${path} fits ${found.length} elements.`, 'Number the step: rng[1].');
  const [element] = found;
  const edits =
    content === undefined
      ? element && removal(element, place)
      : element === undefined
        ? addition(document.root, place, path, content)
        : setting(element, place, path, content);
  return edits === undefined || edits.length === 0 ? xml : editXml(document, edits);
}

function setting(element: XmlElement, { attribute: name }: PartPlace, path: string, content: string): XmlEdit[] {
  refuseMask(path, content);
  if (name !== undefined) {
    const unit = element.name === 'cell' && name === 'memory' ? ownUnit(element, 'KiB') : [];
    return [{ do: 'set-attribute', at: element, name, value: content }, ...unit];
  }
  if (partForm(path, [content]) === 'element') return [{ do: 'replace', at: element, xml: content.trim() }];
  return [{ do: 'set-text', at: element, text: content }, ...ownUnit(element, sizeUnit(element))];
}

/** A unit that is another than that of the content is written anew. */
function ownUnit(element: XmlElement, unit: 'KiB' | 'bytes' | undefined): XmlEdit[] {
  const there = attribute(element, 'unit');
  if (unit === undefined || there === undefined || there === unit) return [];
  return [{ do: 'set-attribute', at: element, name: 'unit', value: unit }];
}

function addition(domain: XmlElement, place: PartPlace, path: string, content: string): XmlEdit[] {
  refuseMask(path, content);
  const { steps, attribute: name } = place;
  const { parent, depth } = deepest(domain, steps);
  const missing = steps.slice(depth);
  const last = missing.length - 1;
  const isElement = partForm(path, [content]) === 'element';
  const xml = missing.reduceRight((inner, step, at) => {
    if (at === last && isElement) return content.trim();
    const own = at === last && name !== undefined ? ` ${name}='${escapeAttribute(content, "'")}'` : '';
    const text = at === last && name === undefined ? escapeText(content) : inner;
    const open = `${step.name}${attributesOf(step, path)}${own}`;
    return text === '' ? `<${open}/>` : `<${open}>${text}</${step.name}>`;
  }, '');
  const before = missing[0] && numberedBefore(parent, missing[0], path);
  const order = childOrder(parent.name);
  const spot = before ?? (order.length === 0 ? ('last' as const) : { order });
  return [{ do: 'insert', into: parent, xml, spot }];
}

/** The deepest element on the way that is there, and how many steps lead to it. */
function deepest(domain: XmlElement, steps: readonly PathStep[]): { parent: XmlElement; depth: number } {
  let parent = domain;
  for (const [depth, step] of steps.entries()) {
    const found = elementsOf(parent, step);
    if (found.length > 1)
      throw new XmlEditError('ambiguous-place', `${step.name} fits ${found.length} elements.`, 'Number the step.');
    if (found[0] === undefined) return { parent, depth };
    parent = found[0];
  }
  return { parent, depth: steps.length };
}

/** The children that a step fits. */
const elementsOf = (parent: XmlElement, step: PathStep): readonly XmlElement[] =>
  elementsAtPlace(parent, { element: stepText(step) });

const stepText = ({ name, conditions }: PathStep): string =>
  name +
  conditions
    .map(({ index, path, attribute: own, value }) => {
      if (index !== undefined) return `[${index}]`;
      const quote = value.includes("'") ? '"' : "'";
      const left = own === undefined ? path : path === '' ? `@${own}` : `${path}/@${own}`;
      return `[${left}=${quote}${value}${quote}]`;
    })
    .join('');

/** The attributes that an element needs so that a step fits it. */
function attributesOf({ name, conditions }: PathStep, path: string): string {
  return conditions
    .filter(({ index }) => index === undefined)
    .map(({ path: below, attribute: own, value }) => {
      if (below !== '' || own === undefined)
        throw new XmlEditError('no-such-place', `There is no ${name} of ${path}.`, 'Read the document again.');
      return ` ${own}='${escapeAttribute(value, "'")}'`;
    })
    .join('');
}

/** A numbered step can be made only behind the one before it. */
function numberedBefore(
  parent: XmlElement,
  { name, conditions }: PathStep,
  path: string,
): { after: string } | undefined {
  const number = conditions.find(({ index }) => index !== undefined)?.index;
  if (number === undefined) return undefined;
  const there = parent.children.filter(child => child.name === name).length;
  if (there !== number - 1)
    throw new XmlEditError('no-such-place', `There are ${there} ${name} on the way of ${path}.`, 'Read it again.');
  return there === 0 ? undefined : { after: `${name}[${there}]` };
}

/** Takes an element or an attribute away, and with it each parent that is left empty, but for devices, which mean something. */
function removal(element: XmlElement, { attribute: name, steps }: PartPlace): XmlEdit[] {
  let goes = element;
  if (name !== undefined) {
    const own = findAttribute(element, name);
    if (own === undefined) return [];
    const bare: XmlEdit[] = [{ do: 'remove-attribute', at: element, name }];
    const conditions = new Set(
      (steps.at(-1)?.conditions ?? []).flatMap(({ path, attribute: one }) =>
        path === '' && one !== undefined ? [one] : [],
      ),
    );
    const isLeftBare = element.attributes.every(one => one === own || conditions.has(one.name));
    if (!isLeftBare || !isHollow(element) || !mayGo(element)) return bare;
  }
  for (let parent = goes.parent; parent !== undefined; parent = goes.parent) {
    if (!hasOnly(parent, goes)) break;
    if (!isBare(parent) || !mayGo(parent)) return [closing(parent)];
    goes = parent;
  }
  return [{ do: 'remove', at: goes }];
}

/** Whether an element has no attribute but one that libvirt gives it by itself. */
const isBare = (element: XmlElement): boolean =>
  element.attributes.every(
    ({ name }) => element.name === 'hyperv' && name === 'mode' && attribute(element, name) === 'custom',
  );

/** Writes an element without its content, as libvirt writes such a one. */
function closing(element: XmlElement): XmlEdit {
  const offset = element.openEnd - 1 - element.start;
  const was = element.document.sourceOf(element).slice(offset);
  return { do: 'splice', at: element, offset, was, becomes: '/>' };
}

/** Neither the domain nor its devices, nor a device: an empty one of these says something. */
const mayGo = ({ name, parent }: XmlElement): boolean =>
  parent !== undefined && parent.name !== 'devices' && !(name === 'devices' && parent.parent === undefined);

/** Whether nothing but white space stands in an element. */
const isHollow = (element: XmlElement): boolean =>
  contentOf(element).every(node => node.kind === 'text' && element.document.sourceOf(node).trim() === '');

const hasOnly = (parent: XmlElement, one: XmlElement): boolean =>
  contentOf(parent).every(node =>
    node.kind === 'element'
      ? node.element === one
      : node.kind === 'text' && parent.document.sourceOf(node).trim() === '',
  );

/** A mask stands for what was never read: written back it would be the secret. */
function refuseMask(path: string, content: string): void {
  if (content.includes(secretMark))
    throw new XmlEditError(
      'changed',
      `What stood at ${path} holds a secret, which no change keeps.`,
      'Restore the definition from its copy: nearmetal restore.',
    );
}
