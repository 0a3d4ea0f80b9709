import { editPlaces, type PlaceEdit } from '#change/recipes/edit-places';
import { defineRule } from '#check/define-rule';
import { bad, good } from '#check/verdict';
import { vcpuPlacement } from '#model/derived/vcpu-placement';
import { known, mapKnown, orAbsent } from '#model/known';

/** With fewer the shape makes little difference. */
const fewestToShape = 4;

export default defineRule({
  id: 'guest-cpu/vcpus-exceed-host',
  subject: 'guest',
  guide: ['4.5.1'],
  severity: 'error',
  says: 'The guest has no more vCPUs than the host has CPUs for it.',
  because:
    'A vCPU without a CPU of its own waits for the others of its own guest, which spin on locks that it holds: the guest gets slower by having more.',
  sources: [
    { grade: 'documented', at: 'SUSE Virtualization Best Practices, 4.5.1: always a misconfiguration' },
    { grade: 'measured', at: 'libvirt 9.0 with QEMU 7.2: 16 vCPUs start on 2 CPUs without a word' },
  ],
  when: { guestType: ['kvm', 'qemu'] },
  intents: {},
  params: {},
  costs: ['The guest sees fewer CPUs; its topology, NUMA cells and pins must fit the new number.'],
  needs: {
    vcpus: ({ guest }) => guest.config.vcpus,
    online: ({ host }) => host.cpuSets.online,
    placement: ({ guest }) => vcpuPlacement(guest.config),
    cpu: ({ guest }) => orAbsent(guest.config.cpu),
    isX86: ({ guest }) =>
      orAbsent(mapKnown(guest.config.os, ({ architecture = 'x86_64' }) => /^(?:x86_64|i[3-6]86)$/.test(architecture))),
    name: ({ guest }) => known(guest.name),
  },
  check({ vcpus, online, placement, cpu, isX86 = false, name }) {
    const { max, current } = vcpus;
    const most = online.size;
    const isBoundUp =
      cpu?.topology !== undefined || (cpu?.cells.length ?? 0) > 0 || [...placement.pins.keys()].some(at => at >= most);
    const shape = `<topology sockets='1' dies='1' cores='${most}' threads='1'/>`;
    const edits: readonly PlaceEdit[] = [
      ['vcpu', String(max), String(most)],
      ...(current === max ? [] : [['vcpu/@current', String(current), String(Math.min(current, most))] as const]),
      // without one each vCPU would be a socket of its own: guest-cpu/topology-similar
      ...(isX86 && most >= fewestToShape
        ? [
            cpu === undefined
              ? (['cpu', undefined, `<cpu>${shape}</cpu>`] as const)
              : (['cpu/topology', undefined, shape] as const),
          ]
        : []),
    ];
    const lower = {
      wants: `at most ${most} vCPUs`,
      ...(isBoundUp
        ? {
            otherwise: `Set vcpu to at most ${most}, and the CPU topology, NUMA cells and pins with it: virsh edit ${name}.`,
          }
        : { fix: [editPlaces(name, edits)] }),
    };
    if (current > most) {
      return bad(`it has ${current} vCPUs on a host of ${most} CPUs`, {
        so: 'its vCPUs wait for one another even when nothing else runs',
        ...lower,
      });
    }
    if (max > most) {
      return bad(`it may be given ${max} vCPUs on a host of ${most} CPUs`, { severity: 'warning', ...lower });
    }
    const { usable } = placement;
    if (usable === undefined || current <= usable.size) return good;
    return bad(`its ${current} vCPUs share ${usable.size} CPUs (${usable})`, {
      severity: 'warning',
      wants: `${current} CPUs for them, or at most ${usable.size} vCPUs`,
      otherwise: `Widen the CPUs that its vCPUs may use (virsh vcpupin ${name} VCPU CPUS --live --config), or give it fewer vCPUs (virsh setvcpus ${name} ${usable.size} --config).`,
    });
  },
  examples: [
    { name: '17 vCPUs on 16 CPUs', guest: '<vcpu>17</vcpu>', expect: 'bad', severity: 'error', fixes: ['domain-xml'] },
    { name: '16 vCPUs on 16 CPUs', guest: '<vcpu>16</vcpu>', expect: 'good' },
    {
      name: '8 of 32 vCPUs',
      guest: "<vcpu current='8'>32</vcpu>",
      expect: 'bad',
      severity: 'warning',
      fixes: ['domain-xml'],
    },
    {
      name: 'a topology that must shrink too',
      guest: "<vcpu>32</vcpu><cpu mode='host-model'><topology sockets='1' cores='32' threads='1'/></cpu>",
      expect: 'bad',
      severity: 'error',
      fixes: [],
    },
    { name: '4 vCPUs on 2 of the CPUs', guest: "<vcpu cpuset='0-1'>4</vcpu>", expect: 'bad', severity: 'warning' },
    {
      name: 'two vCPUs pinned to one CPU',
      guest: "<cputune><vcpupin vcpu='0' cpuset='1'/><vcpupin vcpu='1' cpuset='1'/></cputune>",
      expect: 'bad',
      severity: 'warning',
    },
    {
      name: 'a guest of Xen',
      guest:
        "<domain type='xen'><name>x</name><memory>1048576</memory><vcpu>64</vcpu><os><type>linux</type></os></domain>",
      expect: 'not-applicable',
    },
    { name: 'vCPUs that are no number', guest: '<vcpu>two</vcpu>', expect: 'unknown' },
  ],
});
