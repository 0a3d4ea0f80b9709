import { editDomain } from '#change/kinds/domain-xml';
import { defineRule } from '#check/define-rule';
import { bad, good } from '#check/verdict';
import { known, orAbsent } from '#model/known';

const max = "<memory unit='GiB'>1</memory><maxMemory slots='16' unit='GiB'>20</maxMemory>";
const cell = "<cpu mode='host-model'><numa><cell id='0' cpus='0-1' memory='1' unit='GiB'/></numa></cpu>";
const dimm = (node: number): string =>
  `<devices><memory model='dimm'><target><size unit='MiB'>512</size><node>${node}</node></target></memory></devices>`;

export default defineRule({
  id: 'guest-memory/hotplug-numa-cell',
  subject: 'guest',
  guide: ['4.1.5'],
  severity: 'error',
  says: 'A guest with maxMemory has a NUMA cell to plug memory into.',
  because:
    'libvirt rejects memory hotplug for a guest without cells, and a device that names a cell which is not there.',
  sources: [
    { grade: 'documented', at: 'SUSE Virtualization Best Practices, 4.1.5' },
    {
      grade: 'measured',
      at: 'libvirt 9.0: "At least one numa node has to be configured when enabling memory hotplug"',
    },
  ],
  when: { guestType: ['kvm', 'qemu'], guestArchitecture: 'x86' },
  intents: {},
  params: {},
  costs: ['The guest sees a NUMA topology that it did not see before.'],
  needs: {
    max: ({ guest }) => guest.config.maxMemory,
    memory: ({ guest }) => guest.config.memory,
    vcpus: ({ guest }) => guest.config.vcpus,
    cpu: ({ guest }) => orAbsent(guest.config.cpu),
    devices: ({ guest }) => orAbsent(guest.config.memoryDevices),
    name: ({ guest }) => known(guest.name),
  },
  check({ memory, vcpus, cpu, devices = [], name }) {
    const cells = cpu?.cells ?? [];
    if (cells.length === 0) {
      const plugged = devices.reduce((sum, device) => sum + device.size, 0);
      const numa = `<numa><cell id='0' cpus='0-${vcpus.max - 1}' memory='${(memory - plugged) / 1024}' unit='KiB'/></numa>`;
      const path = cpu === undefined ? 'cpu' : 'cpu/numa';
      return bad('maxMemory is set and it has no NUMA cell', {
        wants: 'one cell with all its memory',
        so: 'libvirt rejects the definition',
        fix: [
          editDomain(
            name,
            [{ path, content: undefined }],
            [{ path, content: cpu === undefined ? `<cpu>${numa}</cpu>` : numa }],
          ),
        ],
      });
    }
    const lost = devices.filter(device => device.node !== undefined && !cells.some(one => one.id === device.node));
    if (lost.length === 0) return good;
    return bad(`a memory device is for cell ${lost.map(device => device.node).join(', ')}, which it has not`, {
      wants: `a cell of ${cells.map(one => one.id).join(', ')}`,
      evidence: lost.map(device => device.at),
      otherwise: 'Correct target/node of the memory device.',
    });
  },
  examples: [
    { name: 'maxMemory and no cell', guest: max, expect: 'bad', fixes: ['domain-xml'] },
    { name: 'a device for a cell that is not there', guest: `${max}${cell}${dimm(3)}`, expect: 'bad' },
    { name: 'one cell', guest: `${max}${cell}${dimm(0)}`, expect: 'good' },
    { name: 'no maxMemory', expect: 'not-applicable' },
    {
      name: 'another architecture',
      guest: `${max}<os><type arch='aarch64' machine='virt'>hvm</type></os>`,
      expect: 'not-applicable',
    },
    {
      name: 'cells that cannot be read',
      guest: `${max}<cpu><numa><cell id='0' cpus='0-1' memory='lots'/></numa></cpu>`,
      expect: 'unknown',
    },
  ],
});
