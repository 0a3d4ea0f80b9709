import { defineRule } from '#check/define-rule';
import { bad, good, notApplicable, undecided } from '#check/verdict';
import { ifKnown, known, orAbsent } from '#model/known';

const args = (...values: readonly string[]): string =>
  `<qemu:commandline>${values.map(value => `<qemu:arg value='${value}'/>`).join('')}</qemu:commandline>`;
const device = (options: string): string => args('-device', `virtio-blk-pci,drive=d${options}`);
const help = {
  '/usr/bin/qemu-system-x86_64 -device virtio-blk-pci,help':
    'virtio-blk-pci options:\n  drive=<str>            - Node name or ID of a block device\n  mq=<bool>\n',
  '/usr/bin/qemu-system-x86_64 -device nosuch-pci,help': '',
};

export default defineRule({
  id: 'guest-devices/virtio-options-valid',
  subject: 'guest',
  guide: ['6.1.5'],
  severity: 'error',
  says: 'Devices that are given to QEMU by hand have options that this QEMU knows.',
  because: 'QEMU ends at once on an option that it does not know, and options come and go with its releases.',
  sources: [
    { grade: 'documented', at: 'SUSE Virtualization Best Practices, 6.1.5: qemu-system-x86_64 -device NAME,help' },
    { grade: 'measured', at: 'QEMU 7.2: “Property virtio-blk-device.foo not found”; NAME,help lists all options' },
  ],
  when: { guestType: ['kvm', 'qemu'] },
  intents: {},
  params: {},
  costs: [],
  needs: {
    devices: ({ guest }) => orAbsent(guest.config.qemuDevices),
    emulator: ({ guest }) => ifKnown(guest.config.emulator),
    options: ({ host }) => ifKnown(host.deviceOptions),
    name: ({ guest }) => known(guest.name),
  },
  check({ devices = [], emulator = 'qemu-system-x86_64', options = [], name }) {
    if (devices.length === 0) return notApplicable('no device is given to QEMU by hand');
    const told = devices.map(one => ({
      ...one,
      known: options.find(({ emulator: by, device: of }) => by === emulator && of === one.device)?.options,
    }));
    const wrong = told.flatMap(one => {
      if (one.known === undefined) return [];
      if (one.known.length === 0) return [{ key: one.device, saw: `QEMU has no device ${one.device}` }];
      // scsi= of virtio-blk is judged by libvirt-hygiene/native-argv-current
      return one.options
        .filter(option => option !== 'scsi' && one.known?.includes(option) === false)
        .map(option => ({ key: `${one.device},${option}`, saw: `${one.device} has no option ${option}` }));
    });
    const [first] = wrong;
    if (first !== undefined) {
      return bad(wrong.length === 1 ? first.saw : `${first.saw}, and ${wrong.length - 1} more such arguments`, {
        wants: 'devices and options that QEMU lists',
        so: 'it does not start',
        parts: wrong,
        otherwise: `virsh edit ${name}: take it out of qemu:commandline, or write what ${emulator} -device ${told[0]?.device},help lists.`,
      });
    }
    const open = told.find(one => one.known === undefined);
    return open === undefined
      ? good
      : undecided(
          `whether this QEMU knows the options of ${open.device}`,
          `${emulator} -device ${open.device},help, or check --run`,
        );
  },
  examples: [
    {
      name: 'an option of another release',
      guest: device(',foo=on'),
      commands: help,
      expect: 'bad',
      severity: 'error',
    },
    { name: 'one that is known', guest: device(',mq=on,id=x'), commands: help, expect: 'good' },
    { name: 'no such device', guest: args('-device', 'nosuch-pci'), commands: help, expect: 'bad' },
    { name: 'QEMU was not asked', guest: device(',mq=on'), expect: 'unknown' },
    { name: 'none by hand', expect: 'not-applicable' },
  ],
});
