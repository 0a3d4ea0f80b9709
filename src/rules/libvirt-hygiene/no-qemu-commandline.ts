import { defineRule } from '#check/define-rule';
import { bad, good } from '#check/verdict';
import { known, orAbsent } from '#model/known';

const args = (...values: readonly string[]): string =>
  `<qemu:commandline>${values.map(value => `<qemu:arg value='${value}'/>`).join('')}</qemu:commandline>`;

/** What libvirt says with elements of its own; libvirt: formatdomain. */
const natives: readonly (readonly [option: string, value: RegExp, element: string])[] = [
  ['-device', /^virtio-balloon/, 'memballoon'],
  ['-device', /^virtio-rng/, 'rng'],
  ['-device', /^virtio-net|^e1000|^rtl8139/, 'interface'],
  ['-device', /^virtio-(?:blk|scsi)|^scsi-|^ide-|^nvme/, 'disk and controller'],
  ['-device', /^vfio-pci/, 'hostdev'],
  ['-device', /^(?:i6300esb|ib700)/, 'watchdog'],
  ['-device', /^(?:usb-|qemu-xhci|nec-usb)/, 'input, hostdev or controller'],
  ['-device', /^intel-iommu/, 'iommu'],
  ['-device', /^pvpanic/, 'panic'],
  ['-drive', /./, 'disk'],
  ['-blockdev', /./, 'disk'],
  ['-netdev', /./, 'interface'],
  ['-chardev', /./, 'channel, serial or console'],
  ['-cpu', /./, 'cpu'],
  ['-smp', /./, 'vcpu and cpu/topology'],
  ['-m', /./, 'memory'],
  ['-object', /^iothread/, 'iothreads'],
  ['-object', /^memory-backend/, 'memoryBacking'],
  ['-object', /^rng-/, 'rng'],
  ['-machine', /./, 'os/type/@machine and features'],
  ['-overcommit', /./, 'memoryBacking/locked, and vcpu placement'],
  ['-global', /l2-cache-size|cache-size/, 'disk/driver/metadata_cache'],
  ['-set', /l2-cache-size|cache-size/, 'disk/driver/metadata_cache'],
];
/** Arguments that another rule judges: guest-devices/vnc-keymap, guest-cpu/no-cpu-commandline, libvirt-hygiene/native-argv-current. */
const judgedElsewhere = new Set(['-k', '-cpu', '-realtime', '-no-hpet', '-no-acpi', '-balloon']);

export default defineRule({
  id: 'libvirt-hygiene/no-qemu-commandline',
  subject: 'guest',
  guide: ['7.6'],
  severity: 'warning',
  says: 'The guest has no QEMU arguments behind libvirt’s back.',
  because:
    'libvirt knows nothing of them: no confinement, no migration, no checks; the guest is marked as tainted, and addresses collide.',
  sources: [
    { grade: 'documented', at: 'libvirt: drvqemu, Pass-through of arbitrary QEMU commands; not supported' },
    {
      grade: 'measured',
      at: 'libvirt 9.0: the guide’s sample fails, “slot 1 function 0 not available … in use by virtio-balloon-pci”',
    },
  ],
  when: { guestType: ['kvm', 'qemu'] },
  intents: { migratable: { level: 'must' } },
  params: {},
  costs: [],
  departs: [
    {
      guideSays: 'Use qemu:commandline for what libvirt has not, such as virtio-balloon.',
      truth:
        'libvirt has an element for it, and adds a balloon itself: the sample collides with it, and lacks the namespace.',
      source: 'libvirt: formatdomain, memballoon',
      errata: ['X52'],
      guideCheck: 'arguments are only noted (info)',
    },
  ],
  needs: {
    args: ({ guest }) => orAbsent(guest.config.qemuArguments),
    balloon: ({ guest }) => orAbsent(guest.config.balloon),
    name: ({ guest }) => known(guest.name),
  },
  check({ args: given = [], balloon, name }, { policy }) {
    const options = given.flatMap((option, at) => {
      const value = given[at + 1] ?? '';
      if (!option.startsWith('-') || judgedElsewhere.has(option)) return [];
      // a second balloon is guest-devices/single-balloon's business
      if (option === '-device' && value.startsWith('virtio-balloon') && balloon?.model !== 'none') return [];
      const native = natives.find(([of, pattern]) => of === option && pattern.test(value))?.[2];
      const text = value === '' || value.startsWith('-') ? option : `${option} ${value}`;
      return [{ at, text: text.slice(0, 80), native }];
    });
    const [first] = options;
    if (first === undefined) return good;
    const replaced = options.filter(({ native }) => native !== undefined);
    return bad(
      `${options.length} QEMU ${options.length === 1 ? 'argument is' : 'arguments are'} given behind libvirt’s back: ${first.text}`,
      {
        severity: replaced.length > 0 && policy === 'current' ? 'warning' : 'info',
        wants:
          replaced.length > 0 ? `libvirt’s own: ${[...new Set(replaced.map(one => one.native))].join(', ')}` : 'none',
        so: 'libvirt marks it as tainted (custom-argv), and neither confines nor migrates what it does not know',
        parts: options.map(({ at, text, native }) => ({
          key: `argument ${at + 1}`,
          saw: native === undefined ? `${text}: libvirt has nothing for it` : `${text}: libvirt says ${native}`,
        })),
        otherwise:
          replaced.length > 0
            ? `virsh edit ${name}: ${replaced.map(one => `write ${one.native} in place of ${one.text}`).join('; ')}.`
            : `Keep it only while nothing in libvirt does the same; write down why, and try it after each upgrade: virsh domxml-to-native qemu-argv --domain ${name}.`,
      },
    );
  },
  examples: [
    {
      name: 'a balloon, where the element says none',
      guest: `${args('-device', 'virtio-balloon-pci,id=b')}<devices><memballoon model='none'/></devices>`,
      expect: 'bad',
      severity: 'warning',
    },
    { name: 'memballoon', expect: 'good' },
    { name: 'what libvirt has not', guest: args('-fw_cfg', 'name=opt/x,string=y'), expect: 'bad', severity: 'info' },
    { name: 'a random number generator', guest: args('-device', 'virtio-rng-pci'), expect: 'bad', severity: 'warning' },
    {
      name: 'the same, by the guide',
      guest: args('-device', 'virtio-rng-pci'),
      policy: 'guide',
      expect: 'bad',
      severity: 'info',
    },
    {
      name: 'the guide’s sample, which guest-devices/single-balloon judges',
      guest: args('-device', 'virtio-balloon-pci,id=balloon0'),
      expect: 'good',
    },
    {
      name: 'a Xen guest',
      guest: "<domain type='xen'><name>g</name><memory>1</memory><os><type>linux</type></os><devices/></domain>",
      expect: 'not-applicable',
    },
    {
      name: 'a balloon that names no model',
      guest: `${args('-device', 'virtio-balloon-pci')}<devices><memballoon/></devices>`,
      expect: 'unknown',
    },
  ],
});
