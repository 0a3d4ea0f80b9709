import type { Change } from '#change/change';
import type { DomainPart } from '#change/domain/domain-part';
import type { KnobSetting } from '#change/knob-setting';
import { parseXml } from '#formats/xml/parse-xml';
import type { XmlElement } from '#formats/xml/xml-document';
import { attributeValue, text } from '#formats/xml/xml-tree';

/** Gives the knobs of a guest that a change of its definition owns. The stored half and the running one are one knob. */
export const partKnobs = ({
  on,
  before,
  after,
}: Pick<Change<string, readonly DomainPart[]>, 'on' | 'before' | 'after'>): readonly KnobSetting[] =>
  after.flatMap(part => partSettings(on, part, before));

/** A whole element that is added stands for all that is in it: two that are added at one place agree unless a text or an attribute differs. */
function partSettings(
  guest: string,
  { path, content }: DomainPart,
  before: readonly DomainPart[],
): readonly KnobSetting[] {
  const knob = `guest ${guest} ${path}`;
  if (content?.startsWith('<') !== true) return [{ knob, to: content }];
  const wasThere = before.some(part => part.path === path && part.content !== undefined);
  // of devices there may be several: one more says nothing about the others
  if (!wasThere && path.startsWith('devices/')) return [{ knob: `${knob} ${content}`, to: content }];
  const { root } = parseXml(content, { file: path });
  return leavesOf(root, knob);
}

function leavesOf(root: XmlElement, knob: string): readonly KnobSetting[] {
  const leaves: KnobSetting[] = [];
  const waiting: { readonly element: XmlElement; readonly at: string }[] = [{ element: root, at: knob }];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { element, at } = next;
    for (const one of element.attributes) leaves.push({ knob: `${at}/@${one.name}`, to: attributeValue(element, one) });
    if (element.children.length === 0 && element.attributes.length === 0) leaves.push({ knob: at, to: text(element) });
    for (const [index, child] of element.children.entries()) {
      const twins = element.children.filter(({ name }) => name === child.name);
      waiting.push({ element: child, at: `${at}/${child.name}${twins.length > 1 ? `[${index + 1}]` : ''}` });
    }
  }
  return leaves;
}
