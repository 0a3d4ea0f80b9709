import { editDomain } from '#change/kinds/domain-xml';
import { defineRule } from '#check/define-rule';
import { bad, good, notApplicable, undecided } from '#check/verdict';
import { asFact, known, orAbsent } from '#model/known';
import { isInRange } from '#units/version';

const rng = (backend: string, rate = ''): string => `<devices><rng model='virtio'>${rate}${backend}</rng></devices>`;
const random = "<backend model='random'>/dev/random</backend>";
const urandom = "<backend model='random'>/dev/urandom</backend>";
const old = { '/proc/sys/kernel/osrelease': '5.5.0' };

export default defineRule({
  id: 'guest-devices/rng-backend',
  subject: 'guest',
  guide: ['6.3'],
  severity: 'warning',
  says: 'The guest’s random numbers come from a source of the host that does not run dry.',
  because:
    'Before Linux 5.6 the host’s /dev/random blocks when it has given all it has: one greedy guest starves the others and the host.',
  sources: [
    { grade: 'documented', at: 'SUSE Virtualization Best Practices, 6.3: backend /dev/random' },
    {
      grade: 'documented',
      at: 'libvirt: formatdomain, rng backend: /dev/urandom is recommended (1.3.4), builtin (6.1)',
    },
    { grade: 'documented', at: 'linux: random(4), Linux 5.6; QEMU 4.2: rng-builtin' },
  ],
  when: { guestType: ['kvm', 'qemu'] },
  intents: { density: { level: 'should', want: 'a rate as well' } },
  params: {},
  costs: [],
  departs: [
    {
      guideSays: 'Use /dev/random of the host as the backend.',
      truth:
        'libvirt recommends /dev/urandom, which gives the same quality and never blocks; since QEMU 4.2 builtin needs no device at all.',
      source: 'libvirt: formatdomain, rng backend',
      errata: ['X44'],
      guideCheck: 'a backend other than /dev/random is a hint',
    },
  ],
  needs: {
    rngs: ({ guest }) => orAbsent(guest.config.rngs),
    kernel: ({ host }) => asFact(host.kernel.version),
    name: ({ guest }) => known(guest.name),
  },
  check({ rngs = [], kernel, name }, { intents, policy }) {
    if (rngs.length === 0) return notApplicable('it has no random number generator');
    for (const [at, { backend = 'random', path, at: place }] of rngs.entries()) {
      const on = `devices/rng${rngs.length > 1 ? `[${at + 1}]` : ''}/backend`;
      const isRandom = backend === 'random' && (path === undefined || path === '/dev/random');
      if (policy === 'guide' && !isRandom && backend === 'random') {
        return bad(`its random numbers come from ${path}`, {
          severity: 'hint',
          wants: '/dev/random',
          evidence: [place],
          fix: [editDomain(name, [{ path: on, content: path }], [{ path: on, content: '/dev/random' }])],
        });
      }
      if (policy === 'guide') continue;
      if (isRandom) {
        if (kernel.state !== 'known')
          return undecided('the host’s kernel decides whether /dev/random blocks', 'read /proc/sys/kernel/osrelease');
        if (!isInRange(kernel.value, '<5.6')) continue;
        return bad(`its random numbers come from /dev/random, which blocks on Linux ${kernel.value.text}`, {
          wants: '/dev/urandom',
          so: 'guests wait for each other and for the host at boot',
          evidence: [place, ...kernel.evidence],
          fix: [editDomain(name, [{ path: on, content: path ?? '' }], [{ path: on, content: '/dev/urandom' }])],
        });
      }
      if (backend === 'egd')
        return undecided('whether the connection to the entropy daemon is encrypted', `virsh dumpxml ${name}`);
      if (backend === 'random' && path !== '/dev/urandom')
        return undecided(`whether ${path} is there on the host`, `ls -l ${path}`);
    }
    const boundless = rngs.find(({ rate }) => rate === undefined);
    if (boundless !== undefined && intents.includes('density') && policy !== 'guide') {
      const path = 'devices/rng/rate';
      return bad('its random number generator has no rate', {
        severity: 'hint',
        wants: '1024 bytes a second',
        so: 'one guest can keep a host CPU busy making random numbers',
        evidence: [boundless.at],
        ...(rngs.length === 1
          ? {
              fix: [
                editDomain(
                  name,
                  [{ path, content: undefined }],
                  [{ path, content: "<rate period='1000' bytes='1024'/>" }],
                ),
              ],
            }
          : { otherwise: `virsh edit ${name}: <rate period='1000' bytes='1024'/> in each rng.` }),
      });
    }
    return good;
  },
  examples: [
    { name: '/dev/random, Linux 5.5', guest: rng(random), files: old, expect: 'bad', fixes: ['domain-xml'] },
    { name: 'none named, which is /dev/random', guest: rng("<backend model='random'/>"), files: old, expect: 'bad' },
    {
      name: '/dev/random, Linux 5.6',
      guest: rng(random),
      files: { '/proc/sys/kernel/osrelease': '5.6.0' },
      expect: 'good',
    },
    { name: '/dev/urandom', guest: rng(urandom), files: old, expect: 'good' },
    { name: 'builtin', guest: rng("<backend model='builtin'/>"), files: old, expect: 'good' },
    { name: 'no rate, one of many', guest: rng(urandom), intents: ['density'], expect: 'bad', severity: 'hint' },
    {
      name: 'a rate, one of many',
      guest: rng(urandom, "<rate bytes='1024' period='1000'/>"),
      intents: ['density'],
      expect: 'good',
    },
    { name: 'the guide wants /dev/random', guest: rng(urandom), policy: 'guide', expect: 'bad', severity: 'hint' },
    { name: 'a hardware generator', guest: rng("<backend model='random'>/dev/hwrng</backend>"), expect: 'unknown' },
    { name: 'no generator', guest: { xml: '', without: ['devices/rng'] }, expect: 'not-applicable' },
  ],
});
