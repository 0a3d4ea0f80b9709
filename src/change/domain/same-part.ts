import { parseXml } from '#formats/xml/parse-xml';
import type { XmlElement } from '#formats/xml/xml-document';
import { XmlError } from '#formats/xml/xml-error';
import { attribute, attributeValue, text } from '#formats/xml/xml-tree';
import { CpuSet } from '#units/cpu-set';

/** What libvirt takes where nothing is written, by the end of the path. */
const defaults: readonly (readonly [RegExp, string])[] = [
  [/(?:^|\/)(?:iothreads|stats\/@period)$/, '0'],
  [/\/(?:@autoport|reservations\/@managed)$/, 'no'],
  [/^maxMemory\/@slots$/, '0'],
];

/**
 * Whether two contents of one place mean the same to libvirt, which writes anew what it is given: white space, comments, the order of
 * attributes, how a set of CPUs is spelled, and what it adds to a device (address, alias, label, defaults) do not count.
 */
export function isSameContent(path: string, one: string | undefined, other: string | undefined): boolean {
  if (one === other) return true;
  if (one === undefined || other === undefined)
    return defaults.some(([end, value]) => end.test(path) && (one ?? other) === value);
  const left = elementOf(one);
  const right = elementOf(other);
  if (left !== undefined && right !== undefined) return isSameElement(left, right);
  return left === undefined && right === undefined && isSameValue(lastName(path), one.trim(), other.trim());
}

const lastName = (path: string): string => /@?([\w:.-]+)$/.exec(path)?.[1] ?? '';

function isSameValue(name: string, one: string, other: string): boolean {
  if (one === other) return true;
  const isSet = name === 'cpuset' || name === 'nodeset' || name === 'cpus';
  const set = isSet ? CpuSet.parse(one) : undefined;
  return set !== undefined && set.toString() === CpuSet.parse(other)?.toString();
}

function elementOf(content: string): XmlElement | undefined {
  if (!content.trimStart().startsWith('<')) return undefined;
  try {
    return parseXml(content.trim(), { file: 'part' }).root;
  } catch (error) {
    if (error instanceof XmlError) return undefined;
    throw error;
  }
}

/** Whether a definition is what libvirt makes of another that it was given. */
export const isSameDefinition = (one: string, other: string): boolean => {
  const left = elementOf(one);
  const right = elementOf(other);
  return left !== undefined && right !== undefined && isSameElement(left, right);
};

/** What libvirt adds to an element that was defined without it: `parent/child` and `element@attribute`. */
const added = new Set([
  ...['video/model@heads', 'video/model@primary', 'video/model@ram', 'video/model@vram', 'video/model@vgamem'],
  ...['channel/source', 'channel/source@mode', 'channel/target@state', 'interface/target', 'interface/mac'],
  ...[
    'controller/model',
    'controller/target',
    'tpm/backend@persistent_state',
    'tpm/backend/active_pcr_banks',
    'cpu@migratable',
    'cpu@check',
  ],
  ...['source@index', 'hyperv@mode', 'rng/backend/source@mode', 'backend/source@mode', 'devices/controller'],
]);

const isAdded = (parent: XmlElement, name: string): boolean => {
  const around = parent.parent?.name;
  const names = [`${parent.name}${name}`, ...(around === undefined ? [] : [`${around}/${parent.name}${name}`])];
  return names.some(one => added.has(one));
};

/** Elements of a running or newly defined device that say where it is, not what. */
const placing = new Set(['address', 'alias', 'seclabel']);

function isSameElement(one: XmlElement, other: XmlElement): boolean {
  if (one.name !== other.name || !hasSameAttributes(one, other) || !hasSameAttributes(other, one)) return false;
  const left = one.children.filter(({ name }) => !placing.has(name));
  const right = other.children.filter(({ name }) => !placing.has(name));
  if (left.length === 0 && right.length === 0) return isSameValue(one.name, text(one), text(other));
  return isCovered(left, right) && isCovered(right, left);
}

/** Whether each of the first has its like among the others, or is something that libvirt adds. Children of one name stay in their order, devices have none. */
function isCovered(children: readonly XmlElement[], others: readonly XmlElement[]): boolean {
  const left = [...others];
  return children.every(child => {
    const isOrdered = child.parent?.name !== 'devices';
    const at = left.findIndex(other => other.name === child.name && (isOrdered || isSameElement(child, other)));
    const [twin] = at < 0 ? [] : left.splice(at, 1);
    if (twin !== undefined) return !isOrdered || isSameElement(child, twin);
    return child.parent !== undefined && isAdded(child.parent, `/${child.name}`);
  });
}

const hasSameAttributes = (one: XmlElement, other: XmlElement): boolean =>
  one.attributes.every(own => {
    const value = attribute(other, own.name);
    return value === undefined ? isAdded(one, `@${own.name}`) : isSameValue(own.name, attributeValue(one, own), value);
  });
