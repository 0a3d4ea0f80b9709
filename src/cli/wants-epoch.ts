import { ask } from '#cli/ask';
import type { Epoch, PlannedChange } from '#plan/plan';
import { changeLines } from '#plan/state-words';
import { printable } from '#report/printable';

const words: Readonly<Record<Epoch, readonly [one: string, many: string]>> = {
  'at-once': ['takes effect at once', 'take effect at once'],
  'daemon-restart': ['takes effect when its daemon is restarted', 'take effect when their daemons are restarted'],
  'guest-power-cycle': ['takes effect when the guest was off and on', 'take effect when the guests were off and on'],
  'host-reboot': ['takes effect with the next reboot of the host', 'take effect with the next reboot of the host'],
};

/** Gives what asks, epoch by epoch, whether its changes are wanted; with --yes all are. */
export const wantsEpoch =
  (isYes: boolean) =>
  async (epoch: Epoch, changes: readonly PlannedChange[]): Promise<boolean> => {
    if (isYes) return true;
    const lines = changes.map(
      ({ number, change }) => `${String(number).padStart(5)}  ${printable(changeLines(change).join('; '))}\n`,
    );
    const [one, many] = words[epoch];
    process.stderr.write(
      `${changes.length === 1 ? `One change ${one}` : `${changes.length} changes ${many}`}:\n${lines.join('')}`,
    );
    return ask(changes.length === 1 ? 'Make it?' : 'Make them?');
  };
