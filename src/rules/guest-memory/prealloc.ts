import { editDomain } from '#change/kinds/domain-xml';
import { defineRule } from '#check/define-rule';
import { bad, good, notApplicable } from '#check/verdict';
import { ifKnown, known, orAbsent } from '#model/known';
import { gib } from '#units/bytes';
import { isInRange } from '#units/version';

export default defineRule({
  id: 'guest-memory/prealloc',
  subject: 'guest',
  guide: [],
  beyond:
    'page faults of first touches fall into the working time of a latency guest; preallocation moves them to its start',
  severity: 'hint',
  says: 'A guest for latency or hpc has its memory allocated before it runs.',
  because: 'Otherwise each first touch of a page faults into the host while the guest works.',
  sources: [
    { grade: 'documented', at: 'libvirt: formatdomain, memoryBacking/allocation; threads since libvirt 8.2' },
    { grade: 'measured', at: 'libvirt 9.0: huge pages are preallocated in any case (prealloc=true)' },
  ],
  when: { guestType: ['kvm', 'qemu'] },
  intents: { latency: { level: 'should' }, hpc: { level: 'should' }, density: { level: 'must-not' } },
  params: { largeGib: { default: 64, unit: 'GiB', why: 'from this size on one thread takes long' } },
  costs: ['The guest starts more slowly, and its memory cannot be promised twice.'],
  needs: {
    backing: ({ guest }) => orAbsent(guest.config.memoryBacking),
    memory: ({ guest }) => guest.config.memory,
    vcpus: ({ guest }) => guest.config.vcpus,
    libvirt: ({ host }) => ifKnown(host.libvirt.version),
    name: ({ guest }) => known(guest.name),
  },
  check({ backing, memory, vcpus, libvirt, name }, { intents, params }) {
    if (!intents.includes('latency') && !intents.includes('hpc'))
      return notApplicable('only for intents latency and hpc');
    const isHuge = backing?.hugepages !== undefined;
    const mode = backing?.allocation?.mode;
    const hasThreads = libvirt !== undefined && isInRange(libvirt, '>=8.2');
    const threads = Math.min(16, vcpus.max);
    if (!isHuge && mode !== 'immediate') {
      const element =
        hasThreads && threads > 1
          ? `<allocation mode='immediate' threads='${threads}'/>`
          : "<allocation mode='immediate'/>";
      const path = backing === undefined ? 'memoryBacking' : 'memoryBacking/allocation';
      return bad('its memory is allocated at first touch', {
        wants: 'allocation mode immediate',
        fix: [
          editDomain(
            name,
            [{ path, content: undefined }],
            [{ path, content: backing === undefined ? `<memoryBacking>${element}</memoryBacking>` : element }],
          ),
        ],
      });
    }
    if (memory >= gib(params.largeGib) && backing?.allocation?.threads === undefined && hasThreads) {
      const path = backing?.allocation === undefined ? 'memoryBacking/allocation' : 'memoryBacking/allocation/@threads';
      const content =
        backing?.allocation === undefined ? `<allocation mode='immediate' threads='${threads}'/>` : String(threads);
      return bad('one thread allocates all its memory when it starts', {
        wants: `${threads} threads`,
        fix: [editDomain(name, [{ path, content: undefined }], [{ path, content }])],
      });
    }
    return good;
  },
  examples: [
    { name: 'a latency guest without', intents: ['latency'], expect: 'bad', fixes: ['domain-xml'] },
    {
      name: 'immediate',
      guest: "<memoryBacking><allocation mode='immediate'/></memoryBacking>",
      intents: ['latency'],
      expect: 'good',
    },
    {
      name: 'huge pages are allocated at start in any case',
      guest: '<memoryBacking><hugepages/></memoryBacking>',
      intents: ['hpc'],
      expect: 'good',
    },
    {
      name: '128 GiB by one thread',
      guest: "<memory unit='GiB'>128</memory><vcpu>16</vcpu><memoryBacking><hugepages/></memoryBacking>",
      intents: ['hpc'],
      expect: 'bad',
    },
    {
      name: 'libvirt 8.1 knows no threads',
      guest: "<memory unit='GiB'>128</memory><vcpu>16</vcpu><memoryBacking><hugepages/></memoryBacking>",
      intents: ['hpc'],
      libvirt: { version: '8.1.0' },
      expect: 'good',
    },
    { name: 'a general guest', expect: 'not-applicable' },
    { name: 'a size that is none', guest: '<memory>much</memory>', intents: ['latency'], expect: 'unknown' },
  ],
});
