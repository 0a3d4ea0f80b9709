import type { XmlDocument, XmlElement } from '#formats/xml/xml-document';
import { attribute, text } from '#formats/xml/xml-tree';

/**
 * Where an element stands: `/domain/devices/disk[2]/target`. A step has a number (from 1) only where the parent has
 * several children of that name. `elementAt` finds it again.
 */
export function pathOf(element: XmlElement): string {
  let path = '';
  for (let at: XmlElement | undefined = element; at; at = at.parent) {
    path = `/${stepOf(at)}${path}`;
  }
  return path;
}

function stepOf(element: XmlElement): string {
  if (!element.parent) return element.name;
  let count = 0;
  let index = 0;
  for (const sibling of element.parent.children) {
    if (sibling.name !== element.name) continue;
    count++;
    if (sibling === element) index = count;
  }
  return count > 1 ? `${element.name}[${index}]` : element.name;
}

/**
 * The elements below `element` that a simple path names, in document order: steps joined by `/`, each a name as
 * written, with any of these after it:
 * `[2]` the second of that name · `[@type='block']` an attribute · `[target/@dev='vda']` an attribute further down ·
 * `[name='x']` the text of something further down. `..` and `//` do not exist.
 *
 * @throws TypeError when the path is malformed: paths are written by us, not read from outside
 */
export function select(element: XmlElement, path: string): readonly XmlElement[] {
  let found: readonly XmlElement[] = [element];
  for (const step of parsePath(path)) found = found.flatMap(at => takeStep(at, step));
  return found;
}

/** The first element that `select` would give. */
export function selectFirst(element: XmlElement, path: string): XmlElement | undefined {
  return select(element, path)[0];
}

/**
 * The element at an absolute path, as `pathOf` prints it or with the conditions that `select` knows.
 * Undefined when there is none **or more than one**: an address that fits two elements is no address.
 *
 * @throws TypeError when the path is malformed
 */
export function elementAt(document: XmlDocument, path: string): XmlElement | undefined {
  const found = elementsAt(document, path);
  return found.length === 1 ? found[0] : undefined;
}

/** All elements that an absolute path fits. */
export function elementsAt(document: XmlDocument, path: string): readonly XmlElement[] {
  if (!/^\/[^/]/.test(path)) throw new TypeError(`“${path}” does not begin with / and a name`);
  const [first, ...rest] = parsePath(path.slice(1));
  if (
    !first ||
    first.name !== document.root.name ||
    !first.conditions.every(condition => meets(document.root, 1, condition))
  )
    return [];
  let found: readonly XmlElement[] = [document.root];
  for (const step of rest) found = found.flatMap(at => takeStep(at, step));
  return found;
}

/** One step of a simple path. */
export interface PathStep {
  /** Name of the element, as written. */
  readonly name: string;
  readonly conditions: readonly PathCondition[];
}

/** What an element must be like. */
export interface PathCondition {
  /** `[2]`: the place among the children of that name, from 1. */
  readonly index?: number;
  /** Path to the element whose attribute or text is compared; empty for the element itself. */
  readonly path: string;
  /** Attribute to compare; without it the text is compared. */
  readonly attribute?: string;
  readonly value: string;
}

const stepText = /([^/[\]@='"\s]+)((?:\[[^\]'"]*(?:'[^']*'|"[^"]*")?\])*)(?:\/|$)/y;
const conditionText = /\[(?:([1-9][0-9]{0,8})|([^@=[\]]*?)(?:\/?@([^=\]]+))?=(?:'([^']*)'|"([^"]*)"))\]/y;

/**
 * The steps of a simple path, as `select` takes it.
 *
 * @throws TypeError when the path is malformed
 */
export function parsePath(path: string): readonly PathStep[] {
  if (path === '') return [];
  if (!path.includes('[')) {
    const names = path.split('/');
    if (names.includes('')) throw new TypeError(`“${path}” has an empty step`);
    return names.map(name => ({ name, conditions: [] }));
  }
  const steps: PathStep[] = [];
  let at = 0;
  while (at < path.length) {
    stepText.lastIndex = at;
    const found = stepText.exec(path);
    const [, name, conditions] = found ?? [];
    if (name === undefined || conditions === undefined)
      throw new TypeError(`“${path}” is malformed from character ${at + 1} on`);
    steps.push({ name, conditions: parseConditions(path, conditions) });
    at = stepText.lastIndex;
  }
  return steps;
}

function parseConditions(path: string, source: string): readonly PathCondition[] {
  const conditions: PathCondition[] = [];
  let at = 0;
  while (at < source.length) {
    conditionText.lastIndex = at;
    const found = conditionText.exec(source);
    if (!found) throw new TypeError(`“${path}” has a malformed condition: ${source}`);
    const [, index, below = '', attributeName, single, double] = found;
    const value = single ?? double ?? '';
    if (index !== undefined) conditions.push({ index: Number(index), path: '', value });
    else
      conditions.push(
        attributeName === undefined ? { path: below, value } : { path: below, attribute: attributeName, value },
      );
    at = conditionText.lastIndex;
  }
  return conditions;
}

function takeStep(from: XmlElement, step: PathStep): readonly XmlElement[] {
  const named = from.children.filter(candidate => candidate.name === step.name);
  if (step.conditions.length === 0) return named;
  return named.filter((candidate, index) => step.conditions.every(condition => meets(candidate, index + 1, condition)));
}

function meets(element: XmlElement, index: number, condition: PathCondition): boolean {
  if (condition.index !== undefined) return index === condition.index;
  const { attribute: name, value } = condition;
  return select(element, condition.path).some(at => (name === undefined ? text(at) : attribute(at, name)) === value);
}
