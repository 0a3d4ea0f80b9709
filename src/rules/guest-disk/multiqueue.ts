import { editDisks } from '#change/kinds/domain-disks';
import { defineRule } from '#check/define-rule';
import { bad, good, notApplicable, undecided } from '#check/verdict';
import { diskBus } from '#model/derived/disk-bus';
import { machineTypeOf, offeredMachines } from '#model/derived/machine-type';
import { ifKnown, known, orAbsent, valueIfKnown } from '#model/known';
import { isInRange } from '#units/version';
import type { Intent } from '#wishes/intent';

const fast: readonly Intent[] = ['database', 'latency', 'hpc'];
const disk = (vcpus: number, machine: string, driver = ''): string =>
  `<vcpu>${vcpus}</vcpu><os><type arch='x86_64' machine='${machine}'>hvm</type></os><devices><disk type='file' device='disk'><driver name='qemu' type='raw' ${driver}/><source file='/srv/g.raw'/><target dev='vda' bus='virtio'/></disk></devices>`;

export default defineRule({
  id: 'guest-disk/multiqueue',
  subject: 'guest',
  guide: [],
  beyond: 'with one queue all vCPUs wait for one lock and one interrupt',
  severity: 'hint',
  says: 'Disks of a busy guest have as many queues as it has vCPUs, and never more.',
  because:
    'One queue is one lock and one interrupt for all vCPUs: it bounds how many requests a second a fast disk takes.',
  sources: [
    { grade: 'documented', at: 'libvirt: formatdomain, disk/driver/@queues' },
    { grade: 'documented', at: 'QEMU: 5.2, hw/core/machine.c: num-queues of virtio-blk automatic, one a vCPU' },
  ],
  when: { guestType: ['kvm', 'qemu'] },
  intents: { database: { level: 'should' }, latency: { level: 'should' }, hpc: { level: 'should' } },
  params: { fromVcpus: { default: 4, unit: 'vCPUs', why: 'with fewer one queue does' } },
  costs: ['More interrupt vectors and some memory for each queue.'],
  needs: {
    disks: ({ guest }) => orAbsent(guest.config.disks),
    vcpus: ({ guest }) => guest.config.vcpus,
    machine: ({ guest, host }) =>
      known(machineTypeOf(guest, valueIfKnown(ifKnown(offeredMachines(guest, host.libvirt))))),
    guest: ({ guest }) => known(guest.name),
  },
  check({ disks = [], vcpus, machine, guest }, { intents, params }) {
    const judged = disks.filter(one => diskBus(one) === 'virtio');
    if (judged.length === 0) return notApplicable('it has no virtio disk');
    const set = (which: typeof judged): ReturnType<typeof editDisks> =>
      editDisks(
        guest,
        which.map(({ target, queues }) => ({
          target,
          place: 'driver/@queues',
          before: queues === undefined ? undefined : String(queues),
          after: String(vcpus.max),
        })),
      );
    const partsOf = (which: typeof judged): { key: string; saw: string; evidence: (typeof judged)[number]['at'][] }[] =>
      which.map(({ target, queues, at }) => ({
        key: target,
        saw: `${target}: ${queues ?? 'one queue by default'}`,
        evidence: [at],
      }));
    const over = judged.filter(({ queues = 0 }) => queues > vcpus.max);
    if (over.length > 0) {
      return bad(
        `${over.map(({ target, queues }) => `${target} has ${queues} queues`).join(', ')} for ${vcpus.max} vCPUs`,
        {
          severity: 'warning',
          wants: `at most ${vcpus.max}`,
          so: 'the queues above the vCPUs cost memory and interrupts and carry nothing',
          parts: partsOf(over),
          fix: [set(over)],
        },
      );
    }
    if (!intents.some(intent => fast.includes(intent)) || vcpus.max < params.fromVcpus) return good;
    const one = judged.filter(({ queues }) => queues === 1);
    const silent = judged.filter(({ queues }) => queues === undefined);
    const isOld = machine?.isUpstream === true && machine.version !== undefined && isInRange(machine.version, '<5.2');
    const few = isOld ? [...one, ...silent] : one;
    if (few.length > 0) {
      return bad(
        `one queue carries all requests of ${vcpus.max} vCPUs to ${few.map(({ target }) => target).join(', ')}`,
        { wants: `${vcpus.max} queues`, parts: partsOf(few), fix: [set(few)] },
      );
    }
    if (silent.length > 0 && machine?.isUpstream !== true) {
      return undecided(
        `how many queues machine type ${machine?.name ?? '(none named)'} gives a disk by default`,
        `virsh qemu-monitor-command ${guest} --hmp 'info qtree' | grep num-queues`,
      );
    }
    return good;
  },
  examples: [
    {
      name: 'one queue for 8 vCPUs of a database',
      guest: disk(8, 'pc-q35-8.2', "queues='1'"),
      intents: ['database'],
      expect: 'bad',
      severity: 'hint',
      fixes: ['domain-xml'],
    },
    { name: 'eight', guest: disk(8, 'pc-q35-8.2', "queues='8'"), intents: ['database'], expect: 'good' },
    { name: 'automatic from 5.2 on', guest: disk(8, 'pc-q35-5.2'), intents: ['database'], expect: 'good' },
    { name: 'one before 5.2', guest: disk(8, 'pc-q35-5.1'), intents: ['database'], expect: 'bad' },
    { name: 'an alias of the newest', guest: disk(8, 'q35'), intents: ['latency'], expect: 'good' },
    {
      name: 'more queues than vCPUs',
      guest: disk(2, 'pc-q35-8.2', "queues='8'"),
      expect: 'bad',
      severity: 'warning',
    },
    { name: 'an ordinary guest', guest: disk(8, 'pc-q35-5.1'), expect: 'good' },
    { name: 'no disk', guest: { xml: '', without: ['devices/disk'] }, expect: 'not-applicable' },
    { name: "a vendor's machine type", guest: disk(8, 'pc-q35-rhel8.6.0'), intents: ['hpc'], expect: 'unknown' },
  ],
});
