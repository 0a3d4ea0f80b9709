import type { Change } from '#change/change';
import { changeKinds } from '#change/kind-of';
import type { KnobSetting } from '#change/knob-setting';

const ksmRun = 'file /sys/kernel/mm/ksm/run';
const thpEnabled = 'file /sys/kernel/mm/transparent_hugepage/enabled';

/** Gives the knobs that a change owns, each with what it is set to. What it only has to read, such as another word of a line, is none. */
export function knobSettings(change: Change): readonly KnobSetting[] {
  const { kind, on, before, after } = change;
  const own = changeKinds.get(kind);
  if (own !== undefined) return own.knobs(change);
  switch (kind) {
    case 'service':
      return serviceSettings(on, after);
    case 'kernel-command-line':
      return wordSettings(on, wordsOf(before), wordsOf(after));
    default:
      return [{ knob: `${kind} ${on}`, to: valueText(after) }];
  }
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

const valueText = (value: unknown): string | undefined =>
  value === undefined ? undefined : typeof value === 'string' ? value.trim() : JSON.stringify(value);

const wordsOf = (value: unknown): readonly string[] =>
  Array.isArray(value) ? value.filter(word => typeof word === 'string') : [];
