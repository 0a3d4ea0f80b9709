import type { Derivatives } from '#formats/relaxng/derivatives';
import { neededNames, nextElements, openAttributes, wantedText, wantedValues } from '#formats/relaxng/expectations';
import type { Pattern, QualifiedName } from '#formats/relaxng/pattern';
import type { SchemaFault } from '#formats/xml/schema-validator';
import { contentOf } from '#formats/xml/xml-content';
import type { XmlAttribute, XmlDocument, XmlElement } from '#formats/xml/xml-document';
import { attribute, attributeValue, localName, namespaceOf, text } from '#formats/xml/xml-tree';

/** No more than this many faults are told of one document. */
const mostFaults = 50;

/**
 * Tells where and how a document departs from a schema: each element, attribute and text that does not fit, with what
 * would. After a fault it goes on as if what is wrong were not there, so that several faults are found at once.
 * No value is quoted: it may be a secret.
 *
 * @param whole the schema's pattern of a whole document
 */
export function explainFaults(derivatives: Derivatives, whole: Pattern, document: XmlDocument): readonly SchemaFault[] {
  const explainer = new Explainer(derivatives, document);
  explainer.visit(document.root, whole);
  return explainer.faults.sort((a, b) => a.line - b.line || a.column - b.column);
}

/** The pattern after an element's content, and whether something in it was passed over, so that what it lacks says little. */
interface Content {
  readonly pattern: Pattern;
  readonly isSound: boolean;
}

class Explainer {
  readonly faults: SchemaFault[] = [];
  readonly #derive: Derivatives;
  readonly #document: XmlDocument;

  constructor(derivatives: Derivatives, document: XmlDocument) {
    this.#derive = derivatives;
    this.#document = document;
  }

  #fault(offset: number, message: string): void {
    if (this.faults.length < mostFaults) this.faults.push({ ...this.#document.positionOf(offset), message });
  }

  /**
   * Takes the pattern of what may stand here; gives that of what may follow the element, undefined where it may not
   * stand here at all. Nests as deep as the document.
   */
  visit(element: XmlElement, before: Pattern): Pattern | undefined {
    const opened = this.#derive.opened(before, nameOf(element));
    if (isImpossible(opened)) {
      this.#refuseElement(element, before);
      return undefined;
    }
    const closed = this.#attributes(element, opened);
    const { pattern, isSound } =
      element.children.length === 0 ? this.#onlyText(element, closed) : this.#children(element, closed);
    const after = this.#derive.ended(pattern, 'refuse');
    if (!isImpossible(after)) return after;
    if (isSound) this.#refuseEnd(element, pattern);
    return this.#derive.ended(pattern, 'forgive');
  }

  #refuseElement(element: XmlElement, before: Pattern): void {
    const { parent, name } = element;
    const possible = nextElements(before);
    const earlier = parent?.children.find(sibling => sibling.name === name);
    const what = expected(possible, name, '<', '>');
    if (!parent) this.#fault(element.start, `<${name}> is not what this schema describes; ${what}`);
    else if (earlier !== element)
      this.#fault(element.start, `a further <${name}> is not allowed here in <${parent.name}>`);
    else this.#fault(element.start, `<${name}> is not allowed here in <${parent.name}>; ${what}`);
  }

  #attributes(element: XmlElement, opened: Pattern): Pattern {
    let pattern = opened;
    let isSound = true;
    for (const each of element.attributes) {
      if (each.name === 'xmlns' || each.name.startsWith('xmlns:')) continue;
      const next = this.#derive.withAttribute(pattern, attributeName(element, each), attributeValue(element, each));
      if (isImpossible(next)) {
        isSound = false;
        this.#refuseAttribute(element, each, pattern, opened);
      } else pattern = next;
    }
    const closed = this.#derive.closedTag(pattern, 'refuse');
    if (!isImpossible(closed)) return closed;
    if (isSound) {
      const missing = neededNames(pattern, 'attribute');
      const says = missing.length === 0 ? 'lacks an attribute, one of' : 'lacks the attribute';
      this.#fault(
        element.start,
        `<${element.name}> ${says} ${listed(missing.length === 0 ? openAttributes(pattern) : missing)}`,
      );
    }
    return this.#derive.closedTag(pattern, 'forgive');
  }

  #refuseAttribute(element: XmlElement, each: XmlAttribute, pattern: Pattern, opened: Pattern): void {
    const local = attributeName(element, each).local;
    const open = openAttributes(pattern);
    if (!open.includes(local)) {
      const isOther = openAttributes(opened).includes(local);
      const why = isOther ? 'does not go with the attributes before it' : 'is not allowed here';
      this.#fault(
        each.start,
        `the attribute ${each.name} of <${element.name}> ${why}; ${expected(open, local, '', '')}`,
      );
      return;
    }
    const wanted = wantedValues(pattern, local);
    const rest = wanted.length === 0 ? 'does not fit here' : `must be ${listed([...wanted].sort(), ' or ')}`;
    this.#fault(each.start, `the attribute ${each.name} of <${element.name}> ${rest}`);
  }

  #onlyText(element: XmlElement, before: Pattern): Content {
    const value = text(element);
    const after = this.#derive.withText(before, value);
    // without text an element may as well be empty
    const either = value === '' ? this.#derive.either(before, after) : after;
    if (!isImpossible(this.#derive.ended(either, 'refuse'))) return { pattern: either, isSound: true };
    const wanted = wantedText(before);
    if (value === '' && wanted.length === 0) return { pattern: before, isSound: true };
    if (wanted.length === 0 && !isImpossible(after)) return { pattern: after, isSound: true };
    const says =
      wanted.length > 0
        ? `the text of <${element.name}> must be ${listed([...wanted].sort(), ' or ')}`
        : `<${element.name}> cannot hold text; ${expected(nextElements(before), '', '<', '>')}`;
    this.#fault(value === '' ? element.start : startOfText(element), says);
    return { pattern: before, isSound: false };
  }

  #children(element: XmlElement, before: Pattern): Content {
    let pattern = before;
    let isSound = true;
    for (const node of contentOf(element)) {
      if (node.kind === 'element') {
        const after = this.visit(node.element, pattern);
        if (after === undefined) isSound = false;
        pattern = after ?? pattern;
      } else if (node.kind === 'text' || node.kind === 'cdata')
        pattern = this.#textBetween(element, node.start, node.end, pattern);
    }
    return { pattern, isSound };
  }

  #textBetween(element: XmlElement, start: number, end: number, before: Pattern): Pattern {
    const source = this.#document.text.slice(start, end);
    const blank = source.length - source.trimStart().length;
    if (blank === source.length) return before;
    const after = this.#derive.withText(before, source);
    if (!isImpossible(after)) return after;
    this.#fault(start + blank, `text cannot stand between the elements of <${element.name}>`);
    return before;
  }

  #refuseEnd(element: XmlElement, filled: Pattern): void {
    const missing = neededNames(filled, 'element');
    const [only] = missing;
    if (only !== undefined)
      this.#fault(element.start, `<${element.name}> lacks ${listed(missing.map(name => `<${name}>`))}`);
    else
      this.#fault(element.start, `<${element.name}> is not complete; ${expected(nextElements(filled), '', '<', '>')}`);
  }
}

function isImpossible(pattern: Pattern): boolean {
  return pattern.kind === 'not-allowed';
}

function startOfText(element: XmlElement): number {
  const { document, openEnd, closeStart } = element;
  const source = document.text.slice(openEnd, closeStart);
  return openEnd + source.length - source.trimStart().length;
}

function nameOf(element: XmlElement): QualifiedName {
  return { namespace: namespaceOf(element) ?? '', local: localName(element) };
}

function attributeName(element: XmlElement, { name }: XmlAttribute): QualifiedName {
  const colon = name.indexOf(':');
  if (colon === -1) return { namespace: '', local: name };
  const declaration = `xmlns:${name.slice(0, colon)}`;
  for (let at: XmlElement | undefined = element; at; at = at.parent) {
    const namespace = attribute(at, declaration);
    if (namespace !== undefined) return { namespace, local: name.slice(colon + 1) };
  }
  return { namespace: declaration, local: name.slice(colon + 1) };
}

/** Longest list of names or values in a message. */
const mostListed = 12;

function listed(items: readonly string[], last = ' and '): string {
  const shown = items.length > mostListed ? [...items.slice(0, mostListed), 'others'] : items;
  return shown.length < 2 ? shown.join() : `${shown.slice(0, -1).join(', ')}${last}${shown.at(-1)}`;
}

/** What could stand in the place of a name: the nearest one if it looks like a slip of the pen, else all. */
function expected(possible: readonly string[], name: string, open: string, close: string): string {
  const near = possible.find(candidate => name.length > 2 && isNear(candidate, name));
  if (near !== undefined) return `did you mean ${open}${near}${close}?`;
  if (possible.length === 0) return 'nothing is';
  return `expected ${listed(
    possible.map(each => `${open}${each}${close}`),
    ' or ',
  )}`;
}

/** Whether one or two changed, added or missing letters tell the names apart. */
function isNear(a: string, b: string): boolean {
  if (Math.abs(a.length - b.length) > 2 || a.length > 40) return false;
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = (row[j - 1] ?? 0) + (a[i - 1]?.toLowerCase() === b[j - 1]?.toLowerCase() ? 0 : 1);
      next.push(Math.min(replaced, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  const distance = row[b.length] ?? 9;
  return distance <= (Math.min(a.length, b.length) > 5 ? 2 : 1);
}
