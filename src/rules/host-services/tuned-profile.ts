import { setTunedProfile } from '#change/kinds/tuned-profile';
import { defineRule } from '#check/define-rule';
import { bad, good, notApplicable, undecided } from '#check/verdict';
import { isActive, isEnabled } from '#model/derived/service-state';
import { asFact, ifKnown } from '#model/known';

const suited: readonly string[] = [
  'virtual-host',
  'throughput-performance',
  'realtime-virtual-host',
  'cpu-partitioning',
  'cpu-partitioning-powersave',
];
const tuned = (profile: string) => ({
  '/usr/lib/systemd/system/tuned.service': '[Service]\nExecStart=/usr/sbin/tuned\n',
  '/etc/systemd/system/multi-user.target.wants/tuned.service': '-> /usr/lib/systemd/system/tuned.service',
  '/run/systemd/units/invocation:tuned.service': '-> 0',
  '/etc/tuned/active_profile': `${profile}\n`,
  [`/usr/lib/tuned/${profile}/tuned.conf`]: '[main]\nsummary=A profile\n[vm]\ntransparent_hugepages=madvise\n',
});

export default defineRule({
  id: 'host-services/tuned-profile',
  subject: 'host',
  guide: [],
  beyond: 'Where tuned runs, its profile rewrites many of the knobs that the guide sets one by one.',
  severity: 'hint',
  says: 'tuned, where it runs, uses a profile that is made for hosts of guests.',
  because:
    'A profile made for desktops or for saving power sets the governor, swappiness and disks against the guests.',
  sources: [
    { grade: 'documented', at: 'tuned: profiles/virtual-host/tuned.conf, made for virtual machine hosts' },
    {
      grade: 'documented',
      at: 'Red Hat Enterprise Linux: Monitoring and managing system status, tuned profiles virtual-host',
    },
  ],
  intents: {
    latency: { level: 'should', want: 'realtime-virtual-host or cpu-partitioning' },
    general: { level: 'should', want: 'virtual-host' },
  },
  params: {},
  costs: ['A profile sets several sysctls and the governor at once; single settings made by hand may be overwritten.'],
  needs: {
    runs: ({ host }) => asFact(isActive(host.services, 'tuned.service')),
    starts: ({ host }) => asFact(isEnabled(host.services, 'tuned.service')),
    profile: ({ host }) => host.tuned.activeProfile,
    settings: ({ host }) => ifKnown(host.tuned.settings),
  },
  check({ runs, starts, profile, settings = [] }, { intents }) {
    const isOff = runs.state === 'known' && !runs.value;
    if (isOff && starts.state === 'known' && !starts.value) return notApplicable('tuned does not run');
    const names = profile.split(/\s+/);
    if (names.some(name => suited.includes(name))) return good;
    // a profile of the site's own is taken for what its administrators want
    if (names.some(name => settings.some(({ file }) => file.startsWith(`/etc/tuned/${name}/`)))) return good;
    if (names.some(name => settings.some(({ file }) => file.startsWith(`/etc/tuned/profiles/${name}/`)))) return good;
    if (runs.state === 'unknown' && starts.state === 'unknown') return undecided(runs.reason, runs.remedy);
    const wanted = intents.includes('latency') ? 'realtime-virtual-host' : 'virtual-host';
    return bad(`tuned uses the profile ${profile}`, {
      wants: wanted === 'virtual-host' ? wanted : `${wanted} or virtual-host`,
      so: 'knobs set by other rules may be set back by it',
      fix: [setTunedProfile(profile, 'virtual-host')],
      ...(wanted === 'virtual-host'
        ? {}
        : {
            otherwise:
              'For realtime: set isolated_cores in /etc/tuned/realtime-virtual-host-variables.conf, then tuned-adm profile realtime-virtual-host, and reboot.',
          }),
    });
  },
  examples: [
    {
      name: 'balanced',
      files: { ...tuned('balanced'), '/usr/lib/tuned/virtual-host/tuned.conf': '[main]\nsummary=KVM hosts\n' },
      expect: 'bad',
      severity: 'hint',
      fixes: ['tuned-profile'],
    },
    { name: 'virtual-host', files: tuned('virtual-host'), expect: 'good' },
    { name: 'balanced, for latency', files: tuned('balanced'), intents: ['latency'], expect: 'bad' },
    {
      name: 'a profile of the site',
      files: { ...tuned('our-hosts'), '/etc/tuned/our-hosts/tuned.conf': '[sysctl]\nvm.swappiness=10\n' },
      expect: 'good',
    },
    {
      name: 'a profile is set, but nothing starts tuned',
      files: {
        ...tuned('balanced'),
        '/etc/systemd/system/multi-user.target.wants/tuned.service': null,
        '/run/systemd/units/invocation:tuned.service': null,
        '/run/systemd/units/invocation:sshd.service': '-> 0',
      },
      expect: 'not-applicable',
    },
    { name: 'no tuned', expect: 'not-applicable' },
    {
      name: 'profile not readable',
      files: { ...tuned('balanced'), '/etc/tuned/active_profile': 'denied' },
      expect: 'unknown',
    },
  ],
});
