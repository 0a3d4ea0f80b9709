import { defineRule } from '#check/define-rule';
import { bad, good, notApplicable } from '#check/verdict';
import { known, orAbsent } from '#model/known';

const sample =
  "<qemu:commandline><qemu:arg value='-device'/><qemu:arg value='virtio-balloon-pci,id=balloon0'/></qemu:commandline>";

export default defineRule({
  id: 'guest-devices/single-balloon',
  subject: 'guest',
  guide: ['7.6'],
  severity: 'error',
  says: 'The guest has one balloon, not a second one by a QEMU argument.',
  because: 'QEMU takes one balloon only, and libvirt adds one to every guest: with a second one it does not start.',
  sources: [
    { grade: 'documented', at: 'libvirt: formatdomain, memballoon: added to every guest unless model is none' },
    {
      grade: 'measured',
      at: 'QEMU 7.2, libvirt 9.0: “Duplicate ID balloon0”, “Only one balloon device is supported”',
    },
  ],
  when: { guestType: ['kvm', 'qemu'] },
  intents: {},
  params: {},
  costs: [],
  departs: [
    {
      guideSays: 'Its sample adds virtio-balloon-pci by qemu:commandline.',
      truth: 'The sample collides with the balloon that libvirt adds itself, and lacks the namespace declaration.',
      source: 'libvirt: formatdomain, memballoon',
      errata: ['X52'],
      guideCannot: 'the guest of its sample does not start',
    },
  ],
  needs: {
    balloon: ({ guest }) => orAbsent(guest.config.balloon),
    args: ({ guest }) => orAbsent(guest.config.qemuArguments),
    name: ({ guest }) => known(guest.name),
  },
  check({ balloon, args = [], name }) {
    const added = args.filter((arg, at) => args[at - 1] === '-device' && arg.startsWith('virtio-balloon'));
    const [first] = added;
    if (first === undefined) return notApplicable('no QEMU argument adds a balloon');
    const own = balloon?.model === 'none' ? 0 : 1;
    if (own + added.length === 1) return good;
    return bad(`it has ${own + added.length} balloons, ${added.length} of them by a QEMU argument`, {
      wants: 'one: the memballoon element',
      so: 'it does not start: “Only one balloon device is supported”',
      otherwise: `virsh edit ${name}: take the qemu:arg elements -device and ${first} out; what they say of the balloon has attributes of memballoon (autodeflate, freePageReporting, stats).`,
    });
  },
  examples: [
    { name: 'the guide’s sample', guest: sample, expect: 'bad', severity: 'error' },
    {
      name: 'the element is not written, and libvirt adds it',
      guest: { xml: sample, without: ['devices/memballoon'] },
      expect: 'bad',
    },
    {
      name: 'only that of the argument',
      guest: `${sample}<devices><memballoon model='none'/></devices>`,
      expect: 'good',
    },
    { name: 'only the element', expect: 'not-applicable' },
    { name: 'an element that says no model', guest: `${sample}<devices><memballoon/></devices>`, expect: 'unknown' },
  ],
});
