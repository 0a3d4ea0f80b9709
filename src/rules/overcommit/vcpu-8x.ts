import { defineRule } from '#check/define-rule';
import { bad, good, undecided } from '#check/verdict';
import { runningGuests } from '#model/derived/committed-guests';
import { cpuCapacity, plugged } from '#model/derived/cpu-capacity';
import { chainKnown } from '#model/known';

const vcpus = (count: number): { readonly xml: string; readonly stats: Readonly<Record<string, number>> } => ({
  xml: `<vcpu>${count}</vcpu>`,
  stats: { 'vcpu.current': count, 'vcpu.maximum': count },
});

export default defineRule({
  id: 'overcommit/vcpu-8x',
  subject: 'host',
  guide: ['4.5.1'],
  severity: 'error',
  says: 'At most eight vCPUs run for each physical core.',
  because:
    'Beyond that the host most likely malfunctions: vCPUs are not scheduled in time, and guests see stalls and lost timers.',
  sources: [
    {
      grade: 'documented',
      at: 'SUSE Virtualization Best Practices, 4.5.1: more than 8 times the number of physical cores',
    },
    { grade: 'documented', at: 'Red Hat Enterprise Linux 6, KVM Restrictions: 10 vCPUs a core' },
  ],
  when: { hypervisor: 'kvm' },
  intents: {},
  params: { perCore: { default: 8, unit: 'vCPUs a physical core', why: "the guide's bound" } },
  costs: ['Guests get fewer vCPUs, or fewer guests run here.'],
  needs: {
    capacity: ({ host, guests }) => cpuCapacity(host, guests),
    total: ({ guests }) => chainKnown(runningGuests(guests), plugged),
  },
  check({ capacity, total }, { params }) {
    const most = params.perCore * capacity.cores;
    if (total.sum > most) {
      return bad(
        `${total.sum} vCPUs run on ${capacity.cores} physical cores, ${(total.sum / capacity.cores).toFixed(1)} for each`,
        {
          wants: `at most ${most}`,
          so: 'the host most likely malfunctions under load',
          otherwise: `Stop or move guests until ${total.sum - most} vCPUs fewer run, or take them from guests: virsh setvcpus GUEST N --live --config.`,
        },
      );
    }
    return total.known < total.of
      ? undecided(
          `the vCPUs of ${total.of - total.known} of ${total.of} running guests are unknown`,
          total.missing?.remedy,
        )
      : good;
  },
  examples: [
    { name: '65 vCPUs on 8 cores', guest: vcpus(65), expect: 'bad' },
    { name: '64 vCPUs on 8 cores of two threads', guest: vcpus(64), expect: 'good' },
    { name: 'libvirt did not answer', libvirt: null, expect: 'unknown' },
  ],
});
