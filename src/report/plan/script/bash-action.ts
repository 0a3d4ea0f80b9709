import type { LiveCall } from '#change/live-call';
import type { LiveAction } from '#plan/script/plan-script';
import { bashWord } from '#report/plan/script/bash-word';

/** Gives a step on the running machine as a statement of the bash export. */
export function bashAction(action: LiveAction): string {
  switch (action.do) {
    case 'write-knob':
      return words('set_knob', action.path, action.text);
    case 'wait':
      return words('await', action.path, action.until, String(action.seconds));
    case 'run':
      return words('start', ...action.argv);
    case 'define-guest':
      return `define ${bashWord(action.guest)} "$parts"`;
    case 'live-call':
      return liveCall(action.guest, action.call);
  }
}

const words = (...all: readonly string[]): string => all.map(bashWord).join(' ');

/** virsh's own names for the calls of libvirt. */
function liveCall(guest: string, call: LiveCall): string {
  const live = (command: string, ...more: readonly string[]): string => words('live', guest, command, ...more);
  switch (call.call) {
    case 'pin-vcpu':
      return live('vcpupin', '--vcpu', String(call.vcpu), '--cpulist', call.cpus);
    case 'pin-emulator':
      return live('emulatorpin', '--cpulist', call.cpus);
    case 'pin-iothread':
      return live('iothreadpin', '--iothread', String(call.iothread), '--cpulist', call.cpus);
    case 'add-iothread':
      return live('iothreadadd', '--id', String(call.iothread));
    case 'remove-iothread':
      return live('iothreaddel', '--id', String(call.iothread));
    case 'set-balloon-period':
      return live('dommemstat', '--period', String(call.seconds));
    case 'set-memory':
      return live('setmem', '--size', `${call.kib}KiB`);
    case 'set-vcpus':
      return live('setvcpus', '--count', String(call.count));
    case 'set-numa-nodes':
      return live('numatune', '--nodeset', call.nodes);
    case 'set-memory-limits':
      return live('memtune', ...options(call.limits, kib => (kib === 9_007_199_254_740_991 ? '-1' : String(kib))));
    case 'set-scheduler':
      return live(
        'schedinfo',
        ...Object.entries(call.values).flatMap(([name, value]) => ['--set', `${name}=${value}`]),
      );
    case 'set-iotune':
      return live('blkdeviotune', '--device', call.disk, ...options(call.values, String));
    case 'attach-device':
    case 'detach-device':
    case 'update-device':
      return words('live_device', guest, call.call, call.xml);
  }
}

/** `hard_limit` is `--hard-limit`; a negative value would be taken for an option if it stood alone. */
const options = (
  values: Readonly<Record<string, number | undefined>>,
  print: (value: number) => string,
): readonly string[] =>
  Object.entries(values).flatMap(([name, value]) =>
    value === undefined ? [] : [`--${name.replaceAll('_', '-')}=${print(value)}`],
  );
