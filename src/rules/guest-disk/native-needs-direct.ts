import { editDisks } from '#change/kinds/domain-disks';
import { defineRule } from '#check/define-rule';
import { bad, good, notApplicable } from '#check/verdict';
import { known, orAbsent } from '#model/known';

const direct = new Set(['none', 'directsync']);
const disk = (driver: string, more = ''): string =>
  `<devices><disk type='file' device='disk'><driver name='qemu' type='raw' ${driver}/><source file='/srv/g.raw'/><target dev='vda' bus='virtio'/>${more}</disk></devices>`;

export default defineRule({
  id: 'guest-disk/native-needs-direct',
  subject: 'guest',
  guide: [],
  beyond: "io='native' is common advice, and a cache mode that goes with it is easily forgotten",
  severity: 'error',
  says: "Disks with io='native' bypass the host's page cache.",
  because:
    'Linux AIO is asynchronous only with O_DIRECT: libvirt refuses such a disk when the guest is defined, and QEMU when it starts.',
  sources: [
    {
      grade: 'measured',
      at: "libvirt 9.0: io='native' needs either no disk cache or directsync cache mode; QEMU 7.2: aio=native requires cache.direct=on",
    },
    { grade: 'documented', at: 'libvirt: formatdomain, disk/driver, io and cache' },
  ],
  when: { guestType: ['kvm', 'qemu'] },
  intents: {},
  params: {},
  costs: ["Reads of the guest no longer come from the host's page cache."],
  needs: { disks: ({ guest }) => orAbsent(guest.config.disks), guest: ({ guest }) => known(guest.name) },
  check({ disks = [], guest }) {
    const native = disks.filter(({ io }) => io === 'native');
    if (native.length === 0) return notApplicable("no disk with io='native'");
    // a disk shared for writing gets cache none where nothing is said
    const wrong = native.filter(
      ({ cache, isShareable, isReadOnly }) =>
        !direct.has(cache ?? '') && !((cache ?? 'default') === 'default' && isShareable && !isReadOnly),
    );
    const [first] = wrong;
    if (first === undefined) return good;
    return bad(
      wrong.length === 1
        ? `its disk ${first.target} has io='native' with ${first.cache === undefined ? 'the default cache' : `cache='${first.cache}'`}`
        : `${wrong.length} of its disks have io='native' and a cache`,
      {
        wants: 'cache none or directsync, or another io',
        so: 'the guest is refused',
        parts: wrong.map(({ target, cache = 'default', at }) => ({
          key: target,
          saw: `${target}: cache ${cache}`,
          evidence: [at],
        })),
        fix: [
          editDisks(
            guest,
            wrong.map(({ target, cache }) => ({ target, place: 'driver/@cache', before: cache, after: 'none' })),
          ),
        ],
      },
    );
  },
  examples: [
    {
      name: 'native and writethrough',
      guest: disk("cache='writethrough' io='native'"),
      expect: 'bad',
      severity: 'error',
      fixes: ['domain-xml'],
    },
    { name: 'native without a word on the cache', guest: disk("io='native'"), expect: 'bad' },
    { name: 'native and none', guest: disk("cache='none' io='native'"), expect: 'good' },
    { name: 'native and directsync', guest: disk("cache='directsync' io='native'"), expect: 'good' },
    { name: 'shared, where none is the default', guest: disk("io='native'", '<shareable/>'), expect: 'good' },
    { name: 'threads', guest: disk("io='threads'"), expect: 'not-applicable' },
    {
      name: 'a disk that cannot be read',
      guest: disk("io='native'").replace("<target dev='vda' bus='virtio'/>", ''),
      expect: 'unknown',
    },
  ],
});
