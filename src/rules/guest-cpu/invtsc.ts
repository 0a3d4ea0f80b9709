import { editDomain } from '#change/kinds/domain-xml';
import { defineRule } from '#check/define-rule';
import { bad, good, notApplicable } from '#check/verdict';
import { ifKnown, known, orAbsent } from '#model/known';

const cpu = (attributes: string, feature = "<feature policy='require' name='invtsc'/>"): string =>
  `<cpu ${attributes}>${feature}</cpu>`;
const fixedClock = "<clock offset='utc'><timer name='tsc' frequency='2900000000' mode='native'/></clock>";
const oldHost = {
  '/proc/cpuinfo':
    'processor\t: 0\nvendor_id\t: GenuineIntel\nmodel name\t: old\nflags\t\t: fpu tsc constant_tsc vmx\n',
};

export default defineRule({
  id: 'guest-cpu/invtsc',
  subject: 'guest',
  guide: ['4.5.2.1'],
  severity: 'hint',
  says: 'A guest that reads the time often may use the TSC, and one that moves knows its frequency.',
  because:
    'Without an invariant TSC a guest distrusts it as clock; with one it can be neither saved nor moved, unless the frequency is fixed in its definition.',
  sources: [
    { grade: 'documented', at: 'SUSE Virtualization Best Practices, 4.5.2.1' },
    { grade: 'documented', at: 'libvirt: formatdomain, Time keeping, timer tsc frequency' },
    { grade: 'documented', at: 'QEMU: target/i386/cpu.c, invtsc makes the CPU unmigratable unless tsc-khz is set' },
  ],
  when: { guestType: ['kvm'], guestArchitecture: 'x86' },
  intents: {
    latency: { level: 'should' },
    hpc: { level: 'should' },
    database: { level: 'should' },
    migratable: { level: 'neutral', want: 'only with a fixed TSC frequency' },
  },
  params: {},
  costs: ['The guest can be saved and moved only when the TSC frequency is fixed.'],
  departs: [
    {
      guideSays: 'A named model with invtsc is the way for guests that migrate.',
      truth: 'invtsc blocks migration of any model unless the XML fixes the TSC frequency.',
      source: 'libvirt: formatdomain, Time keeping, timer tsc frequency',
      errata: ['X28'],
      guideSame: 'the guide asks for the feature and leaves out only that it blocks migration',
    },
  ],
  needs: {
    cpu: ({ guest }) => orAbsent(guest.config.cpu),
    clock: ({ guest }) => orAbsent(guest.config.clock),
    model: ({ host }) => ifKnown(host.cpuSets.model),
    name: ({ guest }) => known(guest.name),
  },
  check({ cpu: config, clock, model, name }, { intents }) {
    const feature = config?.features.find(one => one.name === 'invtsc');
    const isRequired = feature?.policy === 'require' || feature?.policy === 'force';
    const isMigratable = intents.includes('migratable');
    const frequency = clock?.timers.find(timer => timer.name === 'tsc')?.frequency;
    const path = "cpu/feature[@name='invtsc']";
    const element = `<feature policy='${feature?.policy ?? 'require'}' name='invtsc'/>`;
    if (feature?.policy === 'require' && model !== undefined && !model.flags.has('nonstop_tsc')) {
      return bad('it requires an invariant TSC, and the host CPU has none (no flag nonstop_tsc)', {
        severity: 'error',
        wants: 'no feature invtsc',
        so: 'it does not start',
        fix: [editDomain(name, [{ path, content: element }], [{ path, content: undefined }])],
      });
    }
    if (isRequired && isMigratable && frequency === undefined) {
      return bad('it requires an invariant TSC of no fixed frequency, and should be able to move', {
        severity: 'error',
        wants: 'a timer tsc with a frequency',
        so: 'it can be neither migrated nor saved',
        otherwise: `Add <timer name='tsc' frequency='HZ'/> to clock (virsh edit ${name}); HZ is the frequency that virsh capabilities prints as counter tsc.`,
      });
    }
    const isQuick = intents.some(intent => intent === 'latency' || intent === 'hpc' || intent === 'database');
    if (!isQuick || isMigratable) return isRequired ? good : notApplicable('it need not read the time often');
    if (isRequired || (config?.mode === 'host-passthrough' && config.migratable === 'off')) return good;
    if (feature !== undefined) return notApplicable('invtsc is ruled out in its definition');
    if (model?.flags.has('nonstop_tsc') !== true) return notApplicable('the host CPU has no invariant TSC');
    if (config === undefined) return notApplicable('it has no CPU model, which guest-cpu/model-not-default judges');
    return bad('the TSC of its host is invariant, and it is not told: no feature invtsc', {
      wants: 'the feature invtsc',
      so: 'its kernel may read a slower clock',
      fix: [
        editDomain(
          name,
          [{ path, content: undefined }],
          [{ path, content: "<feature policy='require' name='invtsc'/>" }],
        ),
      ],
    });
  },
  examples: [
    {
      name: 'invtsc and migration',
      guest: cpu("mode='host-model'"),
      intents: ['migratable'],
      expect: 'bad',
      severity: 'error',
    },
    {
      name: 'with a frequency',
      guest: cpu("mode='host-model'") + fixedClock,
      intents: ['migratable'],
      expect: 'good',
    },
    {
      name: 'the host has none',
      guest: cpu("mode='host-model'"),
      files: oldHost,
      expect: 'bad',
      severity: 'error',
      fixes: ['domain-xml'],
    },
    { name: 'hpc without', intents: ['hpc'], expect: 'bad', severity: 'hint', fixes: ['domain-xml'] },
    { name: 'hpc with', guest: cpu("mode='host-passthrough'"), intents: ['hpc'], expect: 'good' },
    {
      name: 'passed through as it is',
      guest: cpu("mode='host-passthrough' migratable='off'", ''),
      intents: ['latency'],
      expect: 'good',
    },
    { name: 'a database that moves', intents: ['database', 'migratable'], expect: 'not-applicable' },
    { name: 'a general guest', expect: 'not-applicable' },
    {
      name: 'a CPU that cannot be read',
      guest: cpu("mode='host-model'", "<feature policy='require'/>"),
      expect: 'unknown',
    },
  ],
});
