import { editDomain } from '#change/kinds/domain-xml';
import { defineRule } from '#check/define-rule';
import { bad, good, notApplicable } from '#check/verdict';
import { vcpuPlacement } from '#model/derived/vcpu-placement';
import { ifKnown, known, orAbsent } from '#model/known';

const shaped = (vcpus: number, [sockets, cores, threads]: readonly [number, number, number]): string =>
  `<vcpu>${vcpus}</vcpu><cpu mode='host-model'><topology sockets='${sockets}' dies='1' cores='${cores}' threads='${threads}'/></cpu>`;
const pins = (...cpus: readonly number[]): string =>
  `<cputune>${cpus.map((cpu, vcpu) => `<vcpupin vcpu='${vcpu}' cpuset='${cpu}'/>`).join('')}</cputune>`;
const windows11 =
  '<metadata><libosinfo:libosinfo xmlns:libosinfo="http://libosinfo.org/xmlns/libvirt/domain/1.0"><libosinfo:os id="http://microsoft.com/win/11"/></libosinfo:libosinfo></metadata>';

export default defineRule({
  id: 'guest-cpu/topology-similar',
  subject: 'guest',
  guide: ['4.5.2.1'],
  severity: 'hint',
  says: 'The guest sees its vCPUs as the cores and threads that they run on.',
  because:
    'Without a topology each vCPU is a socket of its own: the guest’s scheduler sees no shared cache, and systems that are licensed by the socket use only a few.',
  sources: [
    { grade: 'documented', at: 'SUSE Virtualization Best Practices, 4.5.2.1: a topology like that of the host' },
    { grade: 'documented', at: 'QEMU: about/removed-features, -smp (invalid topologies) (removed 5.2)' },
    { grade: 'measured', at: 'libvirt 9.0: CPU topology doesn’t match maximum vcpu count' },
  ],
  when: { guestType: ['kvm', 'qemu'], guestArchitecture: 'x86' },
  intents: {},
  params: {
    fromVcpus: { default: 4, unit: 'vCPUs', why: 'with fewer the shape makes little difference' },
  },
  costs: ['The guest sees other hardware: Windows may ask to be activated again.'],
  needs: {
    placement: ({ guest }) => vcpuPlacement(guest.config),
    cpu: ({ guest }) => orAbsent(guest.config.cpu),
    cpus: ({ host }) => ifKnown(host.cpus),
    os: ({ guest }) => ifKnown(guest.osId),
    name: ({ guest }) => known(guest.name),
  },
  check({ placement, cpu, cpus, os, name }, { params }) {
    const { max } = placement;
    const { topology } = cpu ?? {};
    const cells = Math.max(1, cpu?.cells.length ?? 0);
    const sockets = max % cells === 0 ? cells : 1;
    const wanted = `<topology sockets='${sockets}' dies='1' cores='${max / sockets}' threads='1'/>`;
    const wants = `${sockets} × ${max / sockets} cores × 1 thread`;
    if (topology === undefined) {
      if (max < params.fromVcpus) return notApplicable(`it has only ${max} vCPUs and no topology`);
      const path = cpu === undefined ? 'cpu' : 'cpu/topology';
      const isClient = /microsoft\.com\/win\/(?:xp|vista|7|8|8\.1|10|11)$/.test(os ?? '');
      return bad(`it sees ${max} sockets of one core`, {
        severity: isClient ? 'warning' : 'hint',
        wants,
        so: isClient ? 'Windows for desktops uses two sockets at most' : 'its scheduler sees no shared cache',
        fix: [
          editDomain(
            name,
            [{ path, content: undefined }],
            [{ path, content: cpu === undefined ? `<cpu>${wanted}</cpu>` : wanted }],
          ),
        ],
      });
    }
    const product = topology.sockets * topology.dies * topology.clusters * topology.cores * topology.threads;
    if (product !== max) {
      return bad(`its topology makes ${product} CPUs, and it has ${max} vCPUs`, {
        severity: 'error',
        wants,
        so: 'libvirt rejects the definition',
        otherwise: `Set the topology to ${wanted}, or vcpu to ${product}: virsh edit ${name}.`,
      });
    }
    const { threads } = topology;
    if (threads === 1) return good;
    const isApart = (core: number): boolean => {
      const own = placement.pins.get(core * threads);
      const siblings = cpus?.find(({ cpu: id }) => id === own?.first)?.siblings;
      return [...Array(Math.min(threads, 64)).keys()].some(thread => {
        const set = placement.pins.get(core * threads + thread);
        return set === undefined || (siblings !== undefined && !set.isSubsetOf(siblings));
      });
    };
    let apart = 0;
    while ((apart + 1) * threads <= placement.plugged && !isApart(apart)) apart++;
    if ((apart + 1) * threads > placement.plugged) return good;
    const first = apart * threads;
    return bad(`it takes vCPU ${first} and ${first + 1} for threads of one core, and they are not pinned to one`, {
      severity: 'warning',
      wants: `pins to the threads of one core, or ${wants}`,
      so: 'its scheduler spares cores that are whole, and crowds threads that share nothing',
      otherwise: `Pin them to sibling threads (virsh vcpupin ${name} VCPU CPU --live --config), or set the topology to ${wanted} with virsh edit ${name}.`,
    });
  },
  examples: [
    { name: 'six vCPUs, four cores', guest: shaped(6, [1, 4, 1]), expect: 'bad', severity: 'error' },
    { name: 'six vCPUs, six cores', guest: shaped(6, [1, 6, 1]), expect: 'good' },
    { name: 'eight vCPUs and no topology', guest: '<vcpu>8</vcpu>', expect: 'bad', fixes: ['domain-xml'] },
    { name: 'Windows 11', guest: `${windows11}<vcpu>4</vcpu>`, expect: 'bad', severity: 'warning' },
    { name: 'threads that float', guest: shaped(4, [1, 2, 2]), expect: 'bad', severity: 'warning' },
    { name: 'threads on siblings', guest: shaped(4, [1, 2, 2]) + pins(1, 9, 2, 10), expect: 'good' },
    { name: 'threads on two cores', guest: shaped(4, [1, 2, 2]) + pins(1, 2, 9, 10), expect: 'bad' },
    { name: 'two vCPUs', expect: 'not-applicable' },
    { name: 'a topology of no cores', guest: shaped(4, [1, 0, 1]), expect: 'unknown' },
  ],
});
