import { setTunedProfile } from '#change/kinds/tuned-profile';
import { keepClock } from '#change/recipes/lasting-clock';
import { defineRule } from '#check/define-rule';
import { hostIntent } from '#check/host-intent';
import { clock, sleep } from '#check/reference/power-files';
import { bad, good, notApplicable } from '#check/verdict';
import { clockOwner } from '#model/derived/clock-owner';
import { knobAtBoot } from '#model/derived/knob-at-boot';
import { isActive } from '#model/derived/service-state';
import { committedPlacements } from '#model/derived/vcpu-placement';
import { ifKnown, known, orAbsent, valueIfKnown } from '#model/known';
import { CpuSet } from '#units/cpu-set';
import type { Intent } from '#wishes/intent';

const busy: readonly Intent[] = ['latency', 'hpc', 'database'];
/** Drivers whose powersave follows the load; of all others it is the lowest clock. */
const dynamic: readonly string[] = ['intel_pstate', 'amd-pstate-epp'];
const full = clock('performance', 'acpi-cpufreq');

export default defineRule({
  id: 'host-cpu/governor',
  subject: 'host',
  guide: [],
  beyond: 'A CPU at its lowest clock or deep asleep undoes what pinning and huge pages gain for a busy guest.',
  severity: 'warning',
  says: 'CPUs of hosts with busy guests run at full clock, and for latency they do not sleep deeply.',
  because: 'Raising the clock and waking from a deep sleep take time that the guest waits.',
  sources: [
    { grade: 'documented', at: 'linux: admin-guide/pm/cpufreq.rst, powersave and performance' },
    {
      grade: 'documented',
      at: 'linux: admin-guide/pm/intel_pstate.rst, energy_performance_preference; amd-pstate.rst',
    },
    { grade: 'documented', at: 'linux: admin-guide/pm/cpuidle.rst, disable and latency of idle states' },
  ],
  scope: {
    says: 'hosts with guests for latency, hpc or database',
    holds: (_, { intents }) => known(intents.some(intent => busy.includes(intent))),
  },
  intents: {
    latency: { level: 'must', want: 'performance, and no sleep deeper than C1' },
    hpc: { level: 'must', want: 'performance' },
    database: { level: 'should', want: 'performance' },
  },
  params: {},
  costs: ['More power and heat; CPUs that never sleep leave others less turbo.'],
  needs: {
    policies: ({ host }) => orAbsent(host.cpuPower.policies),
    states: ({ host }) => ifKnown(host.cpuPower.idleStates),
    placed: ({ guests }) => ifKnown(committedPlacements(guests)),
    tuned: ({ host }) => ifKnown(host.tuned.settings),
    hasTuned: ({ host }) => ifKnown(isActive(host.services, 'tuned.service')),
    active: ({ host }) => ifKnown(host.tuned.activeProfile),
    owner: ({ host }) => known(clockOwner(host)),
    boot: ({ host }) => known((path: string) => valueIfKnown(knobAtBoot(host, path))),
  },
  check({ policies = [], states = [], placed, tuned = [], hasTuned, active, owner, boot }, { intents, intentsOf }) {
    if (policies.length + states.length === 0) return notApplicable('the kernel chooses neither clock nor sleep here');
    const intent = hostIntent(intents);
    const profile = intent === 'latency' ? 'realtime-virtual-host' : 'virtual-host';
    const byTuned =
      active === undefined || active === 'virtual-host' || profile !== 'virtual-host'
        ? { otherwise: `tuned-adm profile ${profile}.` }
        : { fix: [setTunedProfile(active, profile)] };
    const slow = policies.filter(
      ({ governor, driver, preference }) =>
        governor === 'powersave' && (!dynamic.includes(driver ?? '') || preference === 'power'),
    );
    const [first] = slow;
    if (first !== undefined) {
      const which =
        slow.length === policies.length ? 'the CPUs' : `${slow.length} of ${policies.length} groups of CPUs`;
      const isDynamic = dynamic.includes(first.driver ?? '');
      return bad(
        isDynamic
          ? `the CPUs prefer to save power (energy_performance_preference power), and guests here are for ${intent}`
          : `governor powersave (${first.driver ?? 'driver not told'}) keeps ${which} at their lowest clock`,
        {
          wants: 'performance',
          so: `guests for ${intent} get a part of the CPU’s speed`,
          ...(hasTuned === true
            ? byTuned
            : keepClock(
                slow.map(({ name, driver, governor, preference }) =>
                  dynamic.includes(driver ?? '')
                    ? { policy: name, knob: 'energy_performance_preference', before: preference }
                    : { policy: name, knob: 'scaling_governor', before: governor },
                ),
                owner,
                boot,
              )),
        },
      );
    }
    if (intent !== 'latency') return good;
    const hesitant = policies.find(({ preference }) => preference?.startsWith('balance_'));
    if (hesitant !== undefined)
      return bad(`the CPUs balance power and speed (${hesitant.preference}), and guests here are for latency`, {
        severity: 'hint',
        wants: 'energy_performance_preference performance',
        so: 'the clock rises only after the load has come',
        ...(hasTuned === true
          ? byTuned
          : keepClock(
              policies
                .filter(({ preference }) => preference?.startsWith('balance_'))
                .map(({ name, preference }) => ({
                  policy: name,
                  knob: 'energy_performance_preference',
                  before: preference,
                })),
              owner,
              boot,
            )),
      });
    // tuned holds sleep back through /dev/cpu_dma_latency, which sysfs does not show
    if (tuned.some(({ plugin, key }) => plugin === 'cpu' && key === 'force_latency')) return good;
    const own = (placed ?? []).filter(({ guest }) => intentsOf(guest).includes('latency'));
    const isAnywhere = own.length === 0 || own.some(({ placement }) => placement.usable === undefined);
    const used = CpuSet.of(own.flatMap(({ placement }) => [...(placement.usable ?? [])]));
    const deep = states.filter(
      ({ name, enabledOn }) =>
        !/^(?:POLL|WFI|C1(?!\d))/.test(name) && [...enabledOn].some(cpu => isAnywhere || used.has(cpu)),
    );
    const [shallowest, deepest = shallowest] = [deep[0], deep.at(-1)];
    if (shallowest === undefined || deepest === undefined) return good;
    return bad(`CPUs of guests for latency may sleep as deeply as ${deepest.name}`, {
      severity: 'hint',
      wants: 'no state deeper than C1',
      so: `waking up takes ${deepest.latencyUs ?? 'many'} µs`,
      otherwise: `tuned-adm profile ${profile}, or cpupower idle-set -D ${shallowest.latencyUs ?? 10} (until the next boot).`,
    });
  },
  examples: [
    {
      name: 'powersave of acpi-cpufreq',
      files: clock('powersave', 'acpi-cpufreq'),
      intents: ['database'],
      expect: 'bad',
    },
    {
      name: 'powersave, kept by cpupower',
      files: {
        ...clock('powersave', 'acpi-cpufreq'),
        '/usr/lib/systemd/system/cpupower.service':
          '[Service]\nType=oneshot\nExecStart=/usr/bin/cpupower frequency-set -g powersave\n',
        '/etc/systemd/system/multi-user.target.wants/cpupower.service': '-> /usr/lib/systemd/system/cpupower.service',
      },
      intents: ['database'],
      expect: 'bad',
      fixes: ['sysfs'],
    },
    {
      name: 'powersave, written by tmpfiles.d',
      files: {
        ...clock('powersave', 'acpi-cpufreq'),
        '/etc/tmpfiles.d/clock.conf': 'w /sys/devices/system/cpu/cpufreq/policy*/scaling_governor - - - - powersave\n',
      },
      intents: ['database'],
      expect: 'bad',
      fixes: ['sysfs'],
    },
    { name: 'performance', files: full, intents: ['database'], expect: 'good' },
    {
      name: 'powersave of intel_pstate follows the load',
      files: clock('powersave', 'intel_pstate', 'balance_performance'),
      intents: ['database'],
      expect: 'good',
    },
    {
      name: 'but not for latency',
      files: clock('powersave', 'intel_pstate', 'balance_performance'),
      intents: ['latency'],
      expect: 'bad',
      severity: 'hint',
    },
    {
      name: 'intel_pstate told to save power',
      files: clock('powersave', 'intel_pstate', 'power'),
      intents: ['hpc'],
      expect: 'bad',
    },
    { name: 'powersave of intel_cpufreq', files: clock('powersave', 'intel_cpufreq'), intents: ['hpc'], expect: 'bad' },
    {
      name: 'deep sleep, for latency',
      files: { ...full, ...sleep('on') },
      intents: ['latency'],
      expect: 'bad',
      severity: 'hint',
    },
    { name: 'deep sleep off', files: { ...full, ...sleep('off') }, intents: ['latency'], expect: 'good' },
    { name: 'a kernel without cpufreq', intents: ['latency'], expect: 'not-applicable' },
    { name: 'general guests', files: clock('powersave', 'acpi-cpufreq'), expect: 'not-applicable' },
    { name: 'not readable', files: clock('denied', 'acpi-cpufreq'), intents: ['hpc'], expect: 'unknown' },
  ],
});
