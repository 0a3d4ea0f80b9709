import { editDomain } from '#change/kinds/domain-xml';
import { defineRule } from '#check/define-rule';
import { bad, good, notApplicable } from '#check/verdict';
import { interfacePath } from '#model/derived/interface-path';
import { known } from '#model/known';

const nic = (vcpus: number, driver = ''): string =>
  `<vcpu>${vcpus}</vcpu><devices><interface type='network'><mac address='52:54:00:00:00:01'/><source network='default'/><model type='virtio'/>${driver}</interface></devices>`;

export default defineRule({
  id: 'guest-net/multiqueue',
  subject: 'nic',
  guide: [],
  beyond: 'a guest with many vCPUs and one queue has one vhost thread for all its traffic',
  severity: 'hint',
  says: 'The network interface of a busy guest has several queues, no more than it has vCPUs.',
  because: 'One queue is one vhost thread and one interrupt: a single CPU bounds the throughput of the guest.',
  sources: [
    { grade: 'documented', at: 'Red Hat Enterprise Linux 7, Virtualization Tuning and Optimization Guide, 5.4.2' },
    { grade: 'documented', at: 'libvirt: formatdomain, interface/driver queues; tap devices have at most 256' },
  ],
  when: { guestType: ['kvm', 'qemu'] },
  intents: { database: { level: 'should' }, latency: { level: 'should' }, hpc: { level: 'should' } },
  params: {
    fromVcpus: { default: 4, unit: 'vCPUs', why: 'with fewer one queue does' },
    most: { default: 8, unit: 'queues', why: 'more seldom gain' },
  },
  costs: ['64 KiB of kernel memory and a pair of interrupts for each queue; traffic of small packets may suffer.'],
  needs: {
    nic: ({ nic: one }) => known(one, one.at),
    vcpus: ({ guest }) => guest.config.vcpus,
    element: ({ nic: own, guest }) => known(interfacePath(own, guest.config)),
    guest: ({ guest }) => known(guest.name),
  },
  check({ nic: one, vcpus, element, guest }, { intents, params }) {
    if (one.model === undefined || !one.model.startsWith('virtio')) return notApplicable('not a virtio interface');
    if (!['network', 'bridge', 'direct', 'ethernet', 'vhostuser'].includes(one.type))
      return notApplicable(`interface type ${one.type}`);
    const path = `${element}/driver/@queues`;
    const set = (to: number): ReturnType<typeof editDomain> =>
      editDomain(
        guest,
        [{ path, content: one.queues === undefined ? undefined : String(one.queues) }],
        [{ path, content: String(to) }],
      );
    const wanted = Math.min(vcpus.max, params.most);
    if (one.queues !== undefined && one.queues > vcpus.max) {
      return bad(`it has ${one.queues} queues for ${vcpus.max} vCPUs`, {
        severity: 'warning',
        wants: `at most ${vcpus.max}`,
        so: 'the queues above the vCPUs cost memory and interrupts and carry nothing',
        fix: [set(wanted)],
      });
    }
    const isBusy = intents.some(intent => intent === 'database' || intent === 'latency' || intent === 'hpc');
    if (!isBusy || vcpus.max < params.fromVcpus) return good;
    if ((one.queues ?? 1) > 1) return good;
    return bad(`one queue carries all traffic of ${vcpus.max} vCPUs`, {
      wants: `${wanted} queues`,
      fix: [set(wanted)],
    });
  },
  examples: [
    {
      name: 'one queue for 16 vCPUs of a database',
      guest: nic(16),
      intents: ['database'],
      expect: 'bad',
      severity: 'hint',
      fixes: ['domain-xml'],
    },
    { name: 'eight', guest: nic(16, "<driver name='vhost' queues='8'/>"), intents: ['database'], expect: 'good' },
    { name: 'more queues than vCPUs', guest: nic(2, "<driver queues='8'/>"), expect: 'bad', severity: 'warning' },
    { name: 'a general guest', guest: nic(16), expect: 'good' },
    { name: 'two vCPUs', guest: nic(2), intents: ['latency'], expect: 'good' },
    {
      name: 'an emulated card',
      guest:
        "<devices><interface type='network'><source network='default'/><model type='e1000'/></interface></devices>",
      expect: 'not-applicable',
    },
    {
      name: 'vCPUs that are no number',
      guest: nic(2).replace('<vcpu>2</vcpu>', '<vcpu>two</vcpu>'),
      intents: ['latency'],
      expect: 'unknown',
    },
  ],
});
