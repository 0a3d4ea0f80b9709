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
        knobSettings(other).some(setting => isSameKnob(setting.knob, knob) && setting.to === to),
    ),
  );
  const isSo = settings.every(({ knob, to }) => runsWith(knob, to, sight) ?? keeping.has(kind));
  return isMadeNow || isSo ? 'at-once' : 'host-reboot';
}

/** vm.nr_hugepages is the pool of the default size, whichever that is: a pool that gets the same number is taken for it. */
const isSameKnob = (made: string, kept: string): boolean =>
  made === kept ||
  (kept === 'sysctl vm.nr_hugepages' && /^file \/sys\/kernel\/mm\/hugepages\/.*\/nr_hugepages$/.test(made));

/** Kinds that only keep over reboots what another change makes, or what is so already: where it cannot be read it is as the rule found it. */
const keeping = new Set(['sysctl-file', 'tmpfiles', 'udev-rule', 'dirty-limit-file']);

/** Whether a knob has a value now; undefined: that cannot be read. */
function runsWith(knob: string, to: string | undefined, sight: Sight): boolean | undefined {
  const name = /^sysctl (\S+)$/.exec(knob)?.[1];
  const path = name === undefined ? /^file (\/\S+)$/.exec(knob)?.[1] : `/proc/sys/${name.replaceAll('.', '/')}`;
  const text = path === undefined || to === undefined ? undefined : sight.file(path);
  if (to === undefined || text?.state !== 'known') return undefined;
  const now = text.value.trim().replaceAll(/\s{1,99}/g, ' ');
  return now === to || now.includes(`[${to}]`);
}
