import type { Change } from '#change/change';
import type { KsmState } from '#change/kinds/ksm';
import type { KnobSetting } from '#change/knob-setting';
import { parseXml } from '#formats/xml/parse-xml';
import type { XmlElement } from '#formats/xml/xml-document';
import { attributeValue, text } from '#formats/xml/xml-tree';

const ksmRun = 'file /sys/kernel/mm/ksm/run';
const thpEnabled = 'file /sys/kernel/mm/transparent_hugepage/enabled';

/** Gives the knobs that a change owns, each with what it is set to. What it only has to read, such as another word of a line, is none. */
export function knobSettings({ kind, on, before, after }: Change): readonly KnobSetting[] {
  switch (kind) {
    case 'sysctl':
      return [{ knob: `sysctl ${on}`, to: valueText(after) }];
    case 'sysctl-file':
      return [{ knob: `sysctl ${lastWord(on)}`, to: valueText(after) }];
    case 'tmpfiles':
      return [fileSetting(lastWord(on), after)];
    case 'sysfs':
    case 'io-scheduler':
    case 'huge-page-pool':
      return [fileSetting(on, after)];
    case 'ksm':
      return isKsm(after)
        ? [
            { knob: ksmRun, to: after.run === 1 ? '1' : '0' },
            ...(after.mergeAcrossNodes === undefined
              ? []
              : [{ knob: 'file /sys/kernel/mm/ksm/merge_across_nodes', to: String(after.mergeAcrossNodes) }]),
          ]
        : [];
    case 'service':
      return serviceSettings(on, after);
    case 'kernel-command-line':
      return wordSettings(on, wordsOf(before), wordsOf(after));
    case 'domain-xml':
      return partsOf(after).flatMap(part => partSettings(on, part, partsOf(before)));
    default:
      return [{ knob: `${kind} ${on}`, to: valueText(after) }];
  }
}

/** 2 stops KSM as 0 does, and gives merged pages back as well. */
function fileSetting(path: string, after: unknown): KnobSetting {
  const knob = `file ${path}`;
  const to = valueText(after);
  return { knob, to: knob === ksmRun && to !== undefined ? (to === '1' ? '1' : '0') : to };
}

function serviceSettings(name: string, after: unknown): readonly KnobSetting[] {
  const isActive = typeof after === 'object' && after !== null && 'isActive' in after && after.isActive === true;
  const own = { knob: `service ${name}`, to: isActive ? 'on' : 'off' };
  // the service is nothing but a writer of that file
  return name === 'ksm.service' ? [own, { knob: ksmRun, to: isActive ? '1' : '0' }] : [own];
}

/** Words about huge pages hang together by their order, and are one knob; the others are one each. */
function wordSettings(variable: string, before: readonly string[], after: readonly string[]): readonly KnobSetting[] {
  const isHuge = (word: string): boolean => /^(?:default_)?huge(?:pages|pagesz)(?:=|$)/.test(word);
  const huge = [...before, ...after].some(isHuge)
    ? [{ knob: `${variable} huge pages`, to: after.filter(isHuge).join(' ') }]
    : [];
  const names = new Set([...before, ...after].filter(word => !isHuge(word)).map(nameOf));
  return [
    ...huge,
    ...[...names].map(name => {
      const found = after.findLast(word => nameOf(word) === name);
      return name === 'transparent_hugepage'
        ? { knob: thpEnabled, to: found?.slice(name.length + 1) }
        : { knob: `${variable} ${name}`, to: found };
    }),
  ];
}

const nameOf = (word: string): string => word.split('=', 1)[0] ?? word;

interface Part {
  readonly path: string;
  readonly content: string | undefined;
}

/** A whole element that is added stands for all that is in it: two that are added at one place agree unless a text or an attribute differs. */
function partSettings(guest: string, { path, content }: Part, before: readonly Part[]): readonly KnobSetting[] {
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

const lastWord = (on: string): string => on.slice(on.lastIndexOf(' ') + 1);

const valueText = (value: unknown): string | undefined =>
  value === undefined ? undefined : typeof value === 'string' ? value.trim() : JSON.stringify(value);

const isKsm = (value: unknown): value is KsmState => typeof value === 'object' && value !== null && 'run' in value;

const isPart = (value: unknown): value is Part => typeof value === 'object' && value !== null && 'path' in value;

const partsOf = (value: unknown): readonly Part[] => (Array.isArray(value) ? value.filter(isPart) : []);

const wordsOf = (value: unknown): readonly string[] =>
  Array.isArray(value) ? value.filter(word => typeof word === 'string') : [];
