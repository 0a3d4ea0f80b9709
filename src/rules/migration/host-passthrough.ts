import type { DomainPart } from '#change/domain/domain-part';
import { editDomain } from '#change/kinds/domain-xml';
import { defineRule } from '#check/define-rule';
import { bad, good, undecided } from '#check/verdict';
import { known, orAbsent } from '#model/known';

const cpu = (attributes: string): string => `<cpu ${attributes}/>`;

export default defineRule({
  id: 'migration/host-passthrough',
  subject: 'guest',
  guide: ['4.5.2.1', '4.5.2.3'],
  severity: 'warning',
  says: 'A guest that is to migrate has a CPU that all hosts can give it.',
  because:
    'With host-passthrough the guest sees this host’s CPU as it is: on another model, microcode or QEMU it fails to arrive, or misbehaves after it did.',
  sources: [
    { grade: 'documented', at: 'SUSE Virtualization Best Practices, 4.5.2.1 and 4.5.2.3' },
    { grade: 'documented', at: 'libvirt: formatdomain, cpu/@mode, @migratable (6.5)' },
  ],
  when: { guestType: ['kvm', 'qemu'] },
  scope: {
    says: 'guests that are to migrate (intent migratable)',
    holds: (_, { intents }) => known(intents.includes('migratable')),
  },
  intents: { migratable: { level: 'must', want: 'host-model, or a baseline model' } },
  params: {},
  costs: ['The newest features of the CPU that not all hosts have.'],
  departs: [
    {
      guideSays: 'host-passthrough for speed, a named model for migration.',
      truth:
        'host-model is between them: copied from the host at start and kept through migration; even equal hosts differ by microcode, kernel and QEMU.',
      source: 'libvirt: formatdomain, cpu/@mode host-model',
      errata: ['X61'],
      guideCheck: 'host-model must give way to a named model: a hint',
    },
  ],
  needs: {
    cpu: ({ guest }) => orAbsent(guest.config.cpu),
    name: ({ guest }) => known(guest.name),
  },
  check({ cpu: has, name }, { policy }) {
    const mode = has?.mode;
    if (mode === 'host-model' && policy === 'guide') {
      return bad('its CPU is that of the host it starts on (host-model)', {
        severity: 'hint',
        wants: 'a named model that all hosts have',
        otherwise:
          'Collect virsh domcapabilities of all hosts; virsh hypervisor-cpu-baseline --migratable FILE gives the cpu element.',
      });
    }
    if (mode !== 'host-passthrough' && mode !== 'maximum') return good;
    if (has?.migratable !== 'off') {
      return undecided(
        `whether all hosts have the CPU, microcode, kernel and QEMU that ${mode} shows the guest`,
        'compare the hosts: virsh hypervisor-cpu-compare with the capabilities of each; else cpu mode host-model',
      );
    }
    const before: readonly DomainPart[] = [
      { path: 'cpu/@mode', content: mode },
      { path: 'cpu/@migratable', content: 'off' },
    ];
    return bad(`its CPU is ${mode} with migratable off`, {
      severity: 'error',
      wants: 'host-model, or a named model that all hosts have',
      so: 'libvirt refuses to migrate it, or the guest fails on the other host',
      fix: [
        editDomain(name, before, [
          { path: 'cpu/@mode', content: 'host-model' },
          { path: 'cpu/@migratable', content: undefined },
        ]),
      ],
    });
  },
  examples: [
    {
      name: 'the host’s CPU, features that cannot move included',
      guest: cpu("mode='host-passthrough' check='none' migratable='off'"),
      intents: ['migratable'],
      expect: 'bad',
      severity: 'error',
      fixes: ['domain-xml'],
    },
    {
      name: 'the host’s CPU: other hosts decide',
      guest: cpu("mode='host-passthrough' migratable='on'"),
      intents: ['migratable'],
      expect: 'unknown',
    },
    { name: 'host-model', intents: ['migratable'], expect: 'good' },
    { name: 'host-model, by the guide', intents: ['migratable'], policy: 'guide', expect: 'bad', severity: 'hint' },
    {
      name: 'a named model',
      guest: "<cpu mode='custom' match='exact'><model fallback='forbid'>Skylake-Server-IBRS</model></cpu>",
      intents: ['migratable'],
      expect: 'good',
    },
    { name: 'a guest that stays', guest: cpu("mode='host-passthrough' migratable='off'"), expect: 'not-applicable' },
  ],
});
