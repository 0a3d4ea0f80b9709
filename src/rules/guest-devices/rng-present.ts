import { editDomain } from '#change/kinds/domain-xml';
import { defineRule } from '#check/define-rule';
import { bad, good, notApplicable } from '#check/verdict';
import { lacksVirtioRng } from '#model/derived/lacks-virtio-rng';
import { ifKnown, known, orAbsent } from '#model/known';

const without = { xml: '', without: ['devices/rng'] };
const of = (id: string) => ({
  xml: `<metadata><libosinfo:libosinfo xmlns:libosinfo='http://libosinfo.org/xmlns/libvirt/domain/1.0'><libosinfo:os id='${id}'/></libosinfo:libosinfo></metadata>`,
  without: ['devices/rng'],
});
/** Linux systems whose kernel is older than 5.6: their /dev/random blocks. */
const blocks =
  /suse\.com\/sle[ds]?\/1[0-2]|redhat\.com\/rhel\/[4-7]|centos\.org\/centos\/[5-7]|debian\.org\/debian\/(?:[1-9]|10)$|ubuntu\.com\/ubuntu\/(?:[4-9]|1[0-8])\./;
const element = (device: string): string =>
  `<rng model='virtio'><rate period='1000' bytes='1024'/><backend model='random'>${device}</backend></rng>`;

export default defineRule({
  id: 'guest-devices/rng-present',
  subject: 'guest',
  guide: ['6.3'],
  severity: 'hint',
  says: 'The guest has a virtio random number generator.',
  because:
    'A guest has few sources of chance of its own: without one it waits early in its boot for keys, and copies of one image start alike.',
  sources: [
    { grade: 'documented', at: 'SUSE Virtualization Best Practices, 6.3' },
    { grade: 'documented', at: 'libvirt: formatdomain, Random number generator device' },
    { grade: 'documented', at: 'linux: random(4), /dev/random does not block after initialization since Linux 5.6' },
  ],
  when: { guestType: ['kvm', 'qemu'] },
  intents: { density: { level: 'should' } },
  params: {},
  costs: ['One PCI slot; a guest may draw at most the rate that the element names.'],
  departs: [
    {
      guideSays: 'Add virtio-rng so that the guest has enough entropy.',
      truth:
        'Since Linux 5.6 /dev/random of the guest does not block once it is seeded: the gain is at early boot and in older guests.',
      source: 'linux: random(4)',
      errata: ['X44'],
      guideCheck: 'every guest without one is a warning, Windows too',
    },
  ],
  needs: {
    rngs: ({ guest }) => orAbsent(guest.config.rngs),
    os: ({ guest }) => ifKnown(guest.osId),
    name: ({ guest }) => known(guest.name),
  },
  check({ rngs = [], os, name }, { intents, policy }) {
    if (rngs.length > 0) return good;
    if (os !== undefined && lacksVirtioRng(os)) return notApplicable('its system has no driver for it');
    if (os?.includes('//microsoft.com/') === true && policy === 'current')
      return notApplicable('Windows does not wait for random numbers');
    // which of the two it is to be is what guest-devices/rng-backend says
    const device = policy === 'guide' ? '/dev/random' : '/dev/urandom';
    const isOld = os !== undefined && blocks.test(os);
    return bad('it has no random number generator (0 rng devices)', {
      severity: isOld || intents.includes('density') || policy === 'guide' ? 'warning' : 'hint',
      wants: `one rng device of model virtio, from ${device} of the host`,
      so: isOld ? 'programs of this system wait for /dev/random' : 'its boot may wait for keys',
      fix: [
        editDomain(
          name,
          [{ path: 'devices/rng', content: undefined }],
          [{ path: 'devices/rng', content: element(device) }],
        ),
      ],
    });
  },
  examples: [
    {
      name: 'none on SLES 12',
      guest: of('http://suse.com/sle/12.5'),
      expect: 'bad',
      severity: 'warning',
      fixes: ['domain-xml'],
    },
    { name: 'none on SLES 15', guest: of('http://suse.com/sle/15.5'), expect: 'bad', severity: 'hint' },
    { name: 'none in Windows', guest: of('http://microsoft.com/win/2k22'), expect: 'not-applicable' },
    {
      name: 'none in Windows, by the guide',
      guest: of('http://microsoft.com/win/2k22'),
      policy: 'guide',
      expect: 'bad',
      severity: 'warning',
    },
    {
      name: 'none in a system without a driver',
      guest: of('http://openbsd.org/openbsd/4.9'),
      expect: 'not-applicable',
    },
    {
      name: 'none in a Linux before the driver',
      guest: of('http://redhat.com/rhel/5.4'),
      expect: 'not-applicable',
    },
    { name: 'none, one of many', guest: without, intents: ['density'], expect: 'bad', severity: 'warning' },
    { name: 'none, by the guide', guest: without, policy: 'guide', expect: 'bad', severity: 'warning' },
    { name: 'one', expect: 'good' },
    {
      name: 'a Xen guest',
      guest: "<domain type='xen'><name>g</name><memory>1</memory><os><type>linux</type></os><devices/></domain>",
      expect: 'not-applicable',
    },
    {
      name: 'a rate that is none',
      guest: "<devices><rng model='virtio'><rate bytes='many'/><backend model='random'/></rng></devices>",
      expect: 'unknown',
    },
  ],
});
