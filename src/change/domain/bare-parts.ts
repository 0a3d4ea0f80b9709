import type { DomainPart } from '#change/domain/domain-part';
import { parseXml } from '#formats/xml/parse-xml';
import type { XmlElement } from '#formats/xml/xml-document';
import { attributeValue, text } from '#formats/xml/xml-tree';

/** Elements that mean nothing without what they hold, and of which there is one: several changes may add to one. */
const holders = new Set([
  'memoryBacking',
  'features',
  'features/kvm',
  'cputune',
  'memtune',
  'numatune',
  'clock',
  'cpu',
]);

/** Children that may be there several times, and the attribute that tells them apart. */
const namedBy: Readonly<Record<string, string>> = {
  timer: 'name',
  feature: 'name',
  vcpupin: 'vcpu',
  iothreadpin: 'iothread',
  memnode: 'cellid',
};

/** Takes parts apart where an element that only holds others is added, or taken away, as a whole. */
export function bareParts(
  before: readonly DomainPart[],
  after: readonly DomainPart[],
): { readonly before: readonly DomainPart[]; readonly after: readonly DomainPart[] } {
  const old: DomainPart[] = [];
  const now: DomainPart[] = [];
  for (const { path, content } of after) {
    const was = before.find(part => part.path === path)?.content;
    const [whole, side] = was === undefined ? [content, now] : [was, old];
    if (!holders.has(path) || (was === undefined) === (content === undefined) || whole === undefined) {
      old.push({ path, content: was });
      now.push({ path, content });
      continue;
    }
    for (const leaf of leavesOf(parseXml(whole, { file: path }).root, path)) {
      side.push(leaf);
      (side === now ? old : now).push({ path: leaf.path, content: undefined });
    }
  }
  return { before: old, after: now };
}

function leavesOf(element: XmlElement, path: string): readonly DomainPart[] {
  const own = element.attributes.map(one => ({
    path: `${path}/@${one.name}`,
    content: attributeValue(element, one),
  }));
  const below = element.children.flatMap(child => {
    const name = namedBy[child.name];
    const key = name === undefined ? undefined : child.attributes.find(one => one.name === name);
    const at = `${path}/${child.name}${key === undefined ? '' : `[@${key.name}='${attributeValue(child, key)}']`}`;
    if (holders.has(at)) return leavesOf(child, at);
    const isText = child.children.length === 0 && child.attributes.length === 0 && text(child) !== '';
    return [{ path: at, content: isText ? text(child) : child.document.sourceOf(child) }];
  });
  return [...own, ...below];
}
