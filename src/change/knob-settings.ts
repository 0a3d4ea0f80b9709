import type { Change } from '#change/change';
import { changeKinds } from '#change/kind-of';
import type { KnobSetting } from '#change/knob-setting';

/** Gives the knobs that a change owns, each with what it is set to. What it only has to read, such as another word of a line, is none. */
export function knobSettings(change: Change): readonly KnobSetting[] {
  const { kind, on, after } = change;
  const own = changeKinds.get(kind);
  if (own !== undefined) return own.knobs(change);
  return [{ knob: `${kind} ${on}`, to: valueText(after) }];
}

const valueText = (value: unknown): string | undefined =>
  value === undefined ? undefined : typeof value === 'string' ? value.trim() : JSON.stringify(value);
