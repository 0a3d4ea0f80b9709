import { defineRule } from '#check/define-rule';
import { bad, good, notApplicable, undecided } from '#check/verdict';
import { removedArguments } from '#model/derived/removed-arguments';
import { asFact, known } from '#model/known';
import { isInRange } from '#units/version';

const args = (...values: readonly string[]): string =>
  `<qemu:commandline>${values.map(value => `<qemu:arg value='${value}'/>`).join('')}</qemu:commandline>`;

export default defineRule({
  id: 'libvirt-hygiene/native-argv-current',
  subject: 'guest',
  guide: ['7.4'],
  severity: 'warning',
  says: 'QEMU arguments of the guest’s own are ones that the installed QEMU, and the next one, still take.',
  because:
    'QEMU ends at once with “invalid option” on an argument that it dropped, and the guest is gone after an upgrade.',
  sources: [
    { grade: 'documented', at: 'SUSE Virtualization Best Practices, 7.4' },
    { grade: 'documented', at: 'QEMU: about/removed-features, 3.0 to 9.1' },
    {
      grade: 'measured',
      at: 'QEMU 7.2: “-realtime: invalid option”, also for 17 other options; -no-hpet is still taken',
    },
  ],
  when: { guestType: ['kvm', 'qemu'] },
  intents: {},
  params: {},
  costs: [],
  departs: [
    {
      guideSays: 'Its sample command line has -realtime, -no-hpet, cirrus and machine pc-i440fx-2.3.',
      truth:
        'QEMU 6.0 and later do not start with -realtime, 9.0 and later not with -no-hpet; use --domain NAME with domxml-to-native.',
      source: 'QEMU: about/removed-features',
      errata: ['X50'],
      guideCannot: 'no QEMU since 6.0 starts with the sample',
    },
  ],
  needs: {
    args: ({ guest }) => guest.config.qemuArguments,
    qemu: ({ host }) => asFact(host.qemu),
    name: ({ guest }) => known(guest.name),
  },
  check({ args: given, qemu, name }) {
    if (given.length === 0) return notApplicable('it has no QEMU arguments of its own');
    const found = removedArguments(given);
    if (found.length === 0) return good;
    if (qemu.state !== 'known')
      return undecided(
        `whether this QEMU still takes ${found.map(one => one.name).join(', ')}`,
        'qemu-system-x86_64 --version',
      );
    const gone = found.filter(({ since }) => isInRange(qemu.value, `>=${since}`));
    const worst = gone[0] ?? found[0];
    return bad(
      gone.length > 0
        ? `its argument ${worst?.name} is none of QEMU ${qemu.value.text}: it went with ${worst?.since}`
        : `its argument ${worst?.name} breaks with QEMU ${worst?.since}; here is ${qemu.value.text}`,
      {
        severity: gone.length > 0 ? 'error' : 'warning',
        wants: worst?.now ?? '',
        so: gone.length > 0 ? 'it does not start' : 'it does not start after that upgrade',
        parts: found.map(one => ({ key: one.name, saw: `gone since QEMU ${one.since}; now ${one.now}` })),
        evidence: qemu.evidence,
        otherwise: `virsh edit ${name}: take the qemu:arg elements out; ${found.map(one => `for ${one.name}: ${one.now}`).join('; ')}.`,
      },
    );
  },
  examples: [
    {
      name: '-realtime on QEMU 7.2',
      guest: args('-realtime', 'mlock=off'),
      libvirt: { qemuVersion: '7.2.0' },
      expect: 'bad',
      severity: 'error',
    },
    {
      name: '-realtime before 6.0',
      guest: args('-realtime', 'mlock=off'),
      libvirt: { qemuVersion: '5.2.0' },
      expect: 'bad',
      severity: 'warning',
    },
    { name: '-no-hpet on QEMU 8.2', guest: args('-no-hpet'), expect: 'bad', severity: 'warning' },
    {
      name: '-no-hpet on QEMU 9.0',
      guest: args('-no-hpet'),
      libvirt: { qemuVersion: '9.0.0' },
      expect: 'bad',
      severity: 'error',
    },
    {
      name: '-soundhw on QEMU 7.2',
      guest: args('-soundhw', 'hda'),
      libvirt: { qemuVersion: '7.2.0' },
      expect: 'bad',
      severity: 'error',
    },
    { name: 'a USB tablet, which is still taken', guest: args('-usbdevice', 'tablet'), expect: 'good' },
    { name: 'no arguments', expect: 'not-applicable' },
    { name: 'a QEMU that nobody told', guest: args('-no-acpi'), libvirt: { qemuVersion: '0.0.0' }, expect: 'unknown' },
  ],
});
