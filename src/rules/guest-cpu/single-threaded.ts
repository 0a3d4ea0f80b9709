import { editDomain } from '#change/kinds/domain-xml';
import { defineRule } from '#check/define-rule';
import { bad, good } from '#check/verdict';
import { known, mapKnown, orAbsent } from '#model/known';

const tagged = (word = 'single-threaded'): string =>
  `<metadata><nearmetal:intent xmlns:nearmetal="https://nearmetal.dev/xmlns/domain/1">${word}</nearmetal:intent></metadata>`;

export default defineRule({
  id: 'guest-cpu/single-threaded',
  subject: 'guest',
  guide: ['4.5.1'],
  severity: 'hint',
  says: 'A guest for one thread of work has one vCPU.',
  because: 'vCPUs that have nothing to do still tick, hold locks and must be scheduled.',
  sources: [
    { grade: 'documented', at: 'SUSE Virtualization Best Practices, 4.5.1: mostly single-threaded applications' },
  ],
  when: { guestType: ['kvm', 'qemu', 'xen'] },
  scope: {
    says: 'guests whose metadata name the intent single-threaded',
    holds: ({ guest }) => mapKnown(orAbsent(guest.declaredIntents), (words = []) => words.includes('single-threaded')),
  },
  intents: {},
  params: {},
  costs: ['No second vCPU for what the guest does beside its work, nor for completing I/O.'],
  needs: {
    vcpus: ({ guest }) => guest.config.vcpus,
    cpu: ({ guest }) => orAbsent(guest.config.cpu),
    cputune: ({ guest }) => orAbsent(guest.config.cputune),
    name: ({ guest }) => known(guest.name),
  },
  check({ vcpus: { max, current }, cpu, cputune, name }) {
    if (current <= 1) return good;
    const isBoundUp =
      cpu?.topology !== undefined || (cpu?.cells.length ?? 0) > 0 || (cputune?.vcpuPins.length ?? 0) > 1;
    const part = (count: number, plugged: number) => [
      { path: 'vcpu', content: String(count) },
      ...(current === max ? [] : [{ path: 'vcpu/@current', content: String(plugged) }]),
    ];
    return bad(`it is for one thread of work, and has ${current} vCPUs`, {
      wants: 'one vCPU',
      ...(isBoundUp
        ? { otherwise: `Set vcpu to 1, and its topology, NUMA cells and pins with it: virsh edit ${name}.` }
        : { fix: [editDomain(name, part(max, current), part(1, 1))] }),
    });
  },
  examples: [
    { name: 'four vCPUs', guest: `${tagged()}<vcpu>4</vcpu>`, expect: 'bad', severity: 'hint', fixes: ['domain-xml'] },
    {
      name: 'four cores',
      guest: `${tagged()}<vcpu>4</vcpu><cpu mode='host-model'><topology sockets='1' cores='4' threads='1'/></cpu>`,
      expect: 'bad',
      fixes: [],
    },
    { name: 'one vCPU', guest: `${tagged()}<vcpu>1</vcpu>`, expect: 'good' },
    { name: 'nothing said', guest: '<vcpu>4</vcpu>', expect: 'not-applicable' },
    { name: 'vCPUs that are no number', guest: `${tagged()}<vcpu>some</vcpu>`, expect: 'unknown' },
  ],
});
