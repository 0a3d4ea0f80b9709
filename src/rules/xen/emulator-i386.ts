import { editDomain } from '#change/kinds/domain-xml';
import { defineRule } from '#check/define-rule';
import { bad, good } from '#check/verdict';
import { known, mapKnown } from '#model/known';

const hvm = (emulator: string, type = 'hvm'): string =>
  `<domain type='xen'><name>x1</name><uuid>5f2c8a1e-3b6d-4e0f-9a7c-1d2e3f4a5b01</uuid><memory unit='GiB'>2</memory><vcpu>2</vcpu><os><type arch='x86_64'>${type}</type></os><devices>${emulator}</devices></domain>`;

export default defineRule({
  id: 'xen/emulator-i386',
  subject: 'guest',
  guide: ['3.2'],
  severity: 'hint',
  says: 'A fully virtualized Xen guest has qemu-system-i386 as its device model.',
  because:
    'Xen upstream builds and tests its device model as qemu-system-i386, for 32-bit and 64-bit guests alike; another binary is untested ground.',
  sources: [
    { grade: 'documented', at: 'SUSE Virtualization Best Practices, 3.2' },
    { grade: 'documented', at: 'Xen: xl.cfg(5), device_model_override; the default device model is qemu-system-i386' },
  ],
  when: { guestType: ['xen'] },
  scope: {
    says: 'fully virtualized (HVM) guests: paravirtual ones need no device model',
    holds: ({ guest }) => mapKnown(guest.config.os, os => os.type === 'hvm'),
  },
  intents: {},
  params: {},
  costs: [],
  departs: [
    {
      guideSays: 'Xen prefers qemu-system-i386.',
      truth:
        'The path of the binary differs by distribution (/usr/lib/xen/bin/qemu-system-i386), and only HVM guests have a device model.',
      source: 'Xen: xl.cfg(5), device_model_override',
      errata: ['X66'],
      guideSame: 'the name of the binary decides, not its folder',
    },
  ],
  needs: {
    emulator: ({ guest }) => guest.config.emulator,
    name: ({ guest }) => known(guest.name),
  },
  check({ emulator, name }) {
    const binary = emulator.slice(emulator.lastIndexOf('/') + 1);
    if (binary === 'qemu-system-i386' || binary === 'qemu-dm') return good;
    return bad(`its device model is ${binary}`, {
      wants: 'qemu-system-i386, or no emulator element at all: libvirt then takes the one that Xen was built with',
      fix: [
        editDomain(
          name,
          [{ path: 'devices/emulator', content: emulator }],
          [{ path: 'devices/emulator', content: undefined }],
        ),
      ],
    });
  },
  examples: [
    {
      name: 'an x86_64 emulator',
      guest: hvm('<emulator>/usr/bin/qemu-system-x86_64</emulator>'),
      expect: 'bad',
      fixes: ['domain-xml'],
    },
    { name: 'the i386 emulator', guest: hvm('<emulator>/usr/lib/xen/bin/qemu-system-i386</emulator>'), expect: 'good' },
    { name: 'none named', guest: hvm(''), expect: 'not-applicable' },
    {
      name: 'a paravirtual guest',
      guest: hvm('<emulator>/usr/bin/qemu-system-x86_64</emulator>', 'linux'),
      expect: 'not-applicable',
    },
    { name: 'a KVM guest', expect: 'not-applicable' },
    {
      name: 'its definition cannot be read',
      guest: { xml: hvm('<emulator/>').replace("<type arch='x86_64'>hvm</type>", '<type/>') },
      expect: 'unknown',
    },
  ],
});
