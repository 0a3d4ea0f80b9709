import { editPlaces } from '#change/recipes/edit-places';
import { memoryEdits } from '#change/recipes/memory-edits';
import { defineRule } from '#check/define-rule';
import { bad, good, notApplicable } from '#check/verdict';
import { known, orAbsent } from '#model/known';
import { bytes, printBytes } from '#units/bytes';
import { CpuSet } from '#units/cpu-set';

const cell = (id: number, cpus: string, mib = 2048): string =>
  `<cell id='${id}' cpus='${cpus}' memory='${mib}' unit='MiB'/>`;
const guest = (...cells: readonly string[]): string =>
  `<vcpu>4</vcpu><cpu mode='host-model'><numa>${cells.join('')}</numa></cpu>`;

export default defineRule({
  id: 'numa/vnuma-well-formed',
  subject: 'guest',
  guide: ['4.6.3.1'],
  severity: 'warning',
  says: 'The NUMA cells of the guest hold each vCPU once, and all of its memory.',
  because:
    'libvirt mends in silence what cells leave open: it puts vCPUs left out into cell 0 and sets the memory to the sum of the cells.',
  sources: [
    { grade: 'documented', at: 'libvirt: formatdomain, Guest NUMA topology' },
    { grade: 'measured', at: 'libvirt 9.0: memory is set to the sum of the cells' },
    { grade: 'measured', at: 'libvirt 9.0: NUMA cells 1 and 0 have overlapping vCPU ids' },
  ],
  when: { guestType: ['kvm', 'qemu', 'xen'] },
  intents: {},
  params: {},
  costs: ['The guest sees another NUMA topology.'],
  needs: {
    cpu: ({ guest }) => guest.config.cpu,
    vcpus: ({ guest }) => guest.config.vcpus,
    memory: ({ guest }) => guest.config.memory,
    current: ({ guest }) => guest.config.currentMemory,
    devices: ({ guest }) => orAbsent(guest.config.memoryDevices),
    name: ({ guest }) => known(guest.name),
  },
  check({ cpu, vcpus, memory, current, devices = [], name }) {
    const { cells, topology } = cpu;
    if (cells.length === 0) return notApplicable('it has no NUMA cells');
    const edit = (what: string): string => `${what}: virsh edit ${name}.`;
    const ids = cells.map(({ id }) => id);
    const gap = ids.find((id, at) => ids.indexOf(id) < at || id >= ids.length);
    if (gap !== undefined) {
      return bad(
        ids.indexOf(gap) === ids.lastIndexOf(gap)
          ? `its ${ids.length} cells have a cell ${gap}`
          : `two of its cells have id ${gap}`,
        {
          severity: 'error',
          wants: `ids 0 to ${ids.length - 1}`,
          so: 'libvirt rejects the definition',
          otherwise: edit('Number the cells from 0 on'),
        },
      );
    }
    const all = cells.flatMap(({ cpus }) => [...(cpus ?? [])]);
    const union = CpuSet.of(all);
    if (all.length > union.size) {
      const seen = new Set<number>();
      const twice = CpuSet.of(all.filter(vcpu => seen.size === seen.add(vcpu).size));
      return bad(`vCPU ${twice} is in two cells`, {
        severity: 'error',
        wants: 'each vCPU in one cell',
        so: 'libvirt rejects the definition',
        otherwise: edit('Correct the cpus of the cells'),
      });
    }
    const beyond = CpuSet.of([...union].filter(vcpu => vcpu >= vcpus.max));
    if (!beyond.isEmpty) {
      return bad(`vCPU ${beyond} is in a cell, and it has ${vcpus.max} vCPUs`, {
        severity: 'error',
        wants: `vCPUs 0 to ${vcpus.max - 1}`,
        so: 'libvirt rejects the definition',
        otherwise: edit('Correct the cpus of the cells, or vcpu'),
      });
    }
    if (union.size < vcpus.max) {
      return bad(`${vcpus.max - union.size} of its ${vcpus.max} vCPUs are in no cell`, {
        wants: 'each vCPU in one cell',
        so: 'libvirt puts them into cell 0, whatever CPUs they are pinned to',
        otherwise: edit('Put them into the cells that they are meant for'),
      });
    }
    const threads = topology?.threads ?? 1;
    const torn = cells.find(({ cpus }) => [...(cpus ?? [])].some(vcpu => cpus?.has(vcpu - (vcpu % threads)) !== true));
    if (torn !== undefined) {
      return bad(`cell ${torn.id} holds vCPU ${torn.cpus}: the ${threads} threads of a core are in different cells`, {
        wants: 'all threads of a core in one cell',
        so: 'the guest kernel disbelieves the topology',
        otherwise: edit('Correct the cpus of the cells'),
      });
    }
    const ofCells = cells.reduce((sum, one) => sum + one.memory, 0);
    const ofDevices = devices.reduce((sum, device) => sum + device.size, 0);
    if (ofCells + ofDevices === memory) return good;
    const sum = `${printBytes(bytes(ofCells))}${ofDevices === 0 ? '' : ` and ${printBytes(bytes(ofDevices))} of memory devices`}`;
    return bad(`its cells have ${sum}, memory says ${printBytes(memory)}`, {
      wants: `memory of ${printBytes(bytes(ofCells + ofDevices))}`,
      so: 'libvirt takes the sum of the cells',
      fix: [editPlaces(name, memoryEdits({ memory, current }, ofCells + ofDevices))],
    });
  },
  examples: [
    { name: 'vCPU 1 in two cells', guest: guest(cell(0, '0-1'), cell(1, '1-3')), expect: 'bad', severity: 'error' },
    { name: 'two cells', guest: guest(cell(0, '0-1'), cell(1, '2-3')), expect: 'good' },
    { name: 'a vCPU in none', guest: guest(cell(0, '0-1'), cell(1, '2')), expect: 'bad', severity: 'warning' },
    { name: 'a vCPU that it has not', guest: guest(cell(0, '0-1'), cell(1, '2-4')), expect: 'bad', severity: 'error' },
    { name: 'cells 0 and 2', guest: guest(cell(0, '0-1'), cell(2, '2-3')), expect: 'bad', severity: 'error' },
    { name: 'two cells 0', guest: guest(cell(0, '0-1'), cell(0, '2-3')), expect: 'bad', severity: 'error' },
    {
      name: 'less memory in the cells',
      guest: guest(cell(0, '0-1', 1024), cell(1, '2-3')),
      expect: 'bad',
      severity: 'warning',
      fixes: ['domain-xml'],
    },
    {
      name: 'threads of a core apart',
      guest: guest(cell(0, '0,2'), cell(1, '1,3')).replace(
        '<numa>',
        "<topology sockets='1' cores='2' threads='2'/><numa>",
      ),
      expect: 'bad',
    },
    { name: 'no cells', expect: 'not-applicable' },
    { name: 'a cell of some memory', guest: guest("<cell id='0' cpus='0-3' memory='some'/>"), expect: 'unknown' },
  ],
});
