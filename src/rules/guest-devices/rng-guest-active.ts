import { defineRule } from '#check/define-rule';
import { bad, good, notApplicable } from '#check/verdict';
import { runsSystem } from '#model/derived/runs-system';
import { ifKnown, orAbsent } from '#model/known';
import { isInRange } from '#units/version';

const folder = '/sys/devices/virtual/misc/hw_random';
const generators = (available: string | null, current: string | null) => ({
  [`${folder}/rng_available`]: available,
  [`${folder}/rng_current`]: current,
});
const kernel = (version: string) => ({ '/proc/sys/kernel/osrelease': version });
const rngd = { '/etc/systemd/system/multi-user.target.wants/rngd.service': '[Unit]\nDescription=rngd' };

export default defineRule({
  id: 'guest-devices/rng-guest-active',
  subject: 'guest',
  guide: ['6.3'],
  severity: 'warning',
  says: 'The guest uses the virtio random number generator that it has.',
  because:
    'The device feeds nobody by itself: without its driver, or with another source in use, the guest waits for entropy as if it had none.',
  sources: [
    { grade: 'documented', at: 'SUSE Virtualization Best Practices, 6.3' },
    { grade: 'documented', at: 'linux: admin-guide/hw_random.rst; the hwrng thread feeds the pool since Linux 3.17' },
  ],
  intents: {},
  params: {},
  costs: [],
  departs: [
    {
      guideSays: 'Install rng-tools in the guest and enable its service.',
      truth:
        'Since Linux 3.17 the kernel itself feeds its pool from the generator in use; the service is called rngd on most distributions, and is not needed.',
      source: 'linux: drivers/char/hw_random/core.c, hwrng_fillfn (3.17)',
      errata: ['X44'],
      guideCheck: 'a guest in which neither rngd nor rng-tools is enabled is a hint',
    },
  ],
  scope: { says: 'Linux guests', holds: ({ guest }) => runsSystem(guest, 'linux') },
  needs: {
    rngs: ({ guest }) => orAbsent(guest.config.rngs),
    found: ({ guest }) => orAbsent(guest.inside.randomness),
    kernel: ({ guest }) => ifKnown(guest.inside.kernel),
    services: ({ guest }) => ifKnown(guest.inside.services),
  },
  check({ rngs = [], found, kernel: version, services }, { policy }) {
    if (!rngs.some(({ model }) => model?.startsWith('virtio') === true))
      return notApplicable('it has no virtio random number generator');
    const available = found?.available ?? [];
    if (!available.some(name => name.startsWith('virtio_rng')))
      return bad(`in it no virtio_rng is among the generators (${available.join(' ') || 'none there'})`, {
        wants: 'virtio_rng.0',
        so: 'the device is of no use',
        otherwise:
          'In the guest: modprobe virtio_rng, and virtio_rng in a file of /etc/modules-load.d for its next boots.',
      });
    const current = found?.current ?? 'none';
    if (!current.startsWith('virtio_rng'))
      return bad(`in it ${current} is in use, not virtio_rng`, {
        severity: 'info',
        wants: 'virtio_rng.0 as rng_current',
        otherwise: `In the guest: echo virtio_rng.0 > ${folder}/rng_current.`,
      });
    const feeds = services === undefined || services.some(name => name.startsWith('rng'));
    const isOld = version !== undefined && isInRange(version, '<3.17');
    if (feeds || (!isOld && policy !== 'guide')) return good;
    return bad(`in it nothing feeds the pool from the generator${isOld ? ` (kernel ${version.text})` : ''}`, {
      severity: 'hint',
      wants: 'the service rngd',
      otherwise: 'In the guest: zypper install rng-tools (apt install rng-tools5), systemctl enable --now rngd.',
    });
  },
  examples: [
    { name: 'in use', guest: { xml: '', inside: {} }, expect: 'good' },
    { name: 'no driver', guest: { xml: '', inside: generators('', 'none') }, expect: 'bad', severity: 'warning' },
    { name: 'no generators in the kernel', guest: { xml: '', inside: generators(null, null) }, expect: 'bad' },
    {
      name: 'another in use',
      guest: { xml: '', inside: generators('tpm-rng-0 virtio_rng.0', 'tpm-rng-0') },
      expect: 'bad',
      severity: 'info',
    },
    { name: 'Linux 3.16 without rngd', guest: { xml: '', inside: kernel('3.16.0') }, expect: 'bad', severity: 'hint' },
    { name: 'Linux 3.16 with rngd', guest: { xml: '', inside: { ...kernel('3.16.0'), ...rngd } }, expect: 'good' },
    { name: 'Linux 3.17 without rngd', guest: { xml: '', inside: kernel('3.17.0') }, expect: 'good' },
    {
      name: 'without rngd, by the guide',
      guest: { xml: '', inside: {} },
      policy: 'guide',
      expect: 'bad',
      severity: 'hint',
    },
    { name: 'no such device', guest: { xml: '', without: ['devices/rng'], inside: {} }, expect: 'not-applicable' },
    { name: 'an agent that was not asked', expect: 'unknown' },
  ],
});
