import type { Change } from '#change/change';
import { knobSettings } from '#change/knob-settings';
import type { Epoch } from '#plan/plan';
import type { Sight } from '#plan/sight';

/**
 * Gives when a change is in force. What only keeps a knob over reboots is so at once where the knob has that value now, or another change
 * gives it; `others` are all changes of the plan, `isInForce` tells of an edit whether its guest has it already, or is off.
 */
export function epochOf(
  change: Change,
  others: readonly Change[],
  sight: Sight,
  isInForce: (edit: Change) => boolean,
): Epoch {
  const { kind, takesEffect, lasts } = change;
  if (kind === 'domain-xml') return isInForce(change) ? 'at-once' : takesEffect;
  if (takesEffect !== 'host-reboot' || lasts !== 'across-reboots' || kind === 'kernel-command-line') return takesEffect;
  const settings = knobSettings(change);
  const isMadeNow = settings.every(({ knob, to }) =>
    others.some(
      other =>
        other.takesEffect === 'at-once' &&
        knobSettings(other).some(setting => setting.knob === knob && setting.to === to),
    ),
  );
  return isMadeNow || settings.every(({ knob, to }) => runsWith(knob, to, sight)) ? 'at-once' : 'host-reboot';
}

/** Whether a knob has a value now; what cannot be read is taken to be as the rule found it that did not ask for a change. */
function runsWith(knob: string, to: string | undefined, sight: Sight): boolean {
  const name = /^sysctl (\S+)$/.exec(knob)?.[1];
  const path = name === undefined ? /^file (\/\S+)$/.exec(knob)?.[1] : `/proc/sys/${name.replaceAll('.', '/')}`;
  if (path === undefined || to === undefined) return true;
  const text = sight.file(path);
  if (text.state !== 'known') return true;
  const now = text.value.trim().replaceAll(/\s{1,99}/g, ' ');
  return now === to || now.includes(`[${to}]`);
}
