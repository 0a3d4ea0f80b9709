import { editPlaces } from '#change/recipes/edit-places';
import { x86Edits } from '#change/recipes/x86-64-edits';
import { defineRule } from '#check/define-rule';
import { bad, good, notApplicable, undecided } from '#check/verdict';
import { ifKnown, known, orAbsent } from '#model/known';

const emulator = (path: string): string => `<devices><emulator>${path}</emulator></devices>`;

export default defineRule({
  id: 'libvirt-hygiene/emulator-kvm-x86-64',
  subject: 'guest',
  guide: ['3.2'],
  severity: 'warning',
  says: 'A KVM guest runs in qemu-system-x86_64, whether it is a 32-bit or a 64-bit one.',
  because:
    'qemu-system-i386 with KVM is supported by nobody, and tested by few; the 64-bit binary runs 32-bit guests as well.',
  sources: [
    { grade: 'documented', at: 'SUSE Virtualization Best Practices, 3.2' },
    { grade: 'documented', at: 'QEMU: about/deprecated, 32-bit x86 hosts for system emulation since 8.0' },
    { grade: 'measured', at: "libvirt 9.0: Emulator '/usr/bin/qemu-system-i386' does not support arch 'x86_64'" },
  ],
  when: { guestType: ['kvm'], guestArchitecture: 'x86' },
  intents: {},
  params: {},
  costs: ['The guest sees a 64-bit CPU; Windows may want to be activated again.'],
  needs: {
    emulator: ({ guest }) => orAbsent(guest.config.emulator),
    os: ({ guest }) => guest.config.os,
    host: ({ host }) => ifKnown(host.architecture),
    name: ({ guest }) => known(guest.name),
  },
  check({ emulator: path, os, host, name }) {
    if (host !== undefined && host !== 'x86_64') return notApplicable(`the host is ${host}`);
    const binary = path?.slice(path.lastIndexOf('/') + 1);
    const isWrongBinary = binary === 'qemu-system-i386';
    const isWrongArch = os.architecture === 'i686';
    if (!isWrongBinary && !isWrongArch) return good;
    // nothing else than a 32-bit guest says of which kind the host is
    if (host === undefined && isWrongArch) return undecided('whether the host is a 64-bit one', 'uname -m');
    return bad(isWrongBinary ? `it runs in ${binary}` : 'it is defined for architecture i686', {
      wants: 'qemu-system-x86_64 and arch x86_64',
      so: 'no vendor supports it',
      fix: [editPlaces(name, x86Edits(path, os.architecture))],
    });
  },
  examples: [
    {
      name: 'the i386 emulator',
      guest: emulator('/usr/bin/qemu-system-i386'),
      expect: 'bad',
      severity: 'warning',
      fixes: ['domain-xml'],
    },
    { name: 'the x86_64 emulator', expect: 'good' },
    { name: 'qemu-kvm', guest: emulator('/usr/libexec/qemu-kvm'), expect: 'good' },
    {
      name: 'architecture i686',
      guest: "<os><type arch='i686' machine='q35'>hvm</type></os>",
      expect: 'bad',
      fixes: ['domain-xml'],
    },
    {
      name: 'without KVM',
      guest:
        "<domain type='qemu'><name>g</name><memory>1</memory><os><type arch='i686'>hvm</type></os><devices/></domain>",
      expect: 'not-applicable',
    },
    { name: 'another host', files: { '/proc/sys/kernel/arch': 'aarch64' }, expect: 'not-applicable' },
    { name: 'an architecture that cannot be told', guest: '<os><type/></os>', expect: 'unknown' },
  ],
});
