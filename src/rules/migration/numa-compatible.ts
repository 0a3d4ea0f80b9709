import { defineRule } from '#check/define-rule';
import { bad, good, undecided } from '#check/verdict';
import { known, orAbsent } from '#model/known';
import { printBytes } from '#units/bytes';
import { CpuSet } from '#units/cpu-set';

const strict = (nodeset: string, mode = 'strict'): string =>
  `<numatune><memory mode='${mode}' nodeset='${nodeset}'/></numatune>`;
const huge = "<memoryBacking><hugepages><page size='2' unit='M'/></hugepages></memoryBacking>";

export default defineRule({
  id: 'migration/numa-compatible',
  subject: 'guest',
  guide: ['4.5.2.3'],
  severity: 'info',
  says: 'A guest that is to migrate asks for nothing of the host’s NUMA layout that another host may not have.',
  because:
    'A strict node that the target has not, or that is full there, and huge pages that it has no pool for, make the migration fail.',
  sources: [
    { grade: 'documented', at: 'SUSE Virtualization Best Practices, 4.5.2.3: other NUMA topologies' },
    {
      grade: 'documented',
      at: 'libvirt: formatdomain, numatune mode strict: allocation fails; virsh(1), migrate --xml',
    },
  ],
  when: { guestType: ['kvm', 'qemu'] },
  scope: {
    says: 'guests that are to migrate (intent migratable)',
    holds: (_, { intents }) => known(intents.includes('migratable')),
  },
  intents: { migratable: { level: 'should', want: 'mode preferred, or the same layout on each host' } },
  params: {},
  costs: ['With mode preferred some of its memory may come from another node.'],
  needs: {
    numatune: ({ guest }) => orAbsent(guest.config.numatune),
    backing: ({ guest }) => orAbsent(guest.config.memoryBacking),
    memory: ({ guest }) => guest.config.memory,
    name: ({ guest }) => known(guest.name),
  },
  check({ numatune, backing, memory, name }) {
    const isHard = (mode: string): boolean => mode === 'strict' || mode === 'restrictive';
    const sets = [
      ...(numatune?.memory?.nodeset !== undefined && isHard(numatune.memory.mode) ? [numatune.memory.nodeset] : []),
      ...(numatune?.cells ?? []).filter(({ mode }) => isHard(mode)).map(({ nodeset }) => nodeset),
    ];
    const pages = backing?.hugepages;
    if (sets.length > 0) {
      const nodes = CpuSet.of(sets.flatMap(set => [...set]));
      return bad(`its memory is bound to node ${nodes.toString()} of this host`, {
        wants: `mode='preferred', or node ${nodes.toString()} with ${printBytes(memory)} free on each host`,
        so: 'on a host without that node, or with it full, it does not arrive',
        otherwise: `On each target: numactl --hardware${pages === undefined ? '' : ', and grep . /sys/devices/system/node/node*/hugepages/*/free_hugepages'}. Else virsh numatune ${name} --mode preferred --config, or migrate with --xml g.xml --persistent-xml g.xml that names other nodes.`,
      });
    }
    if (pages === undefined) return good;
    const size = pages.pages[0]?.size;
    return undecided(
      `whether each host has a pool of ${size === undefined ? 'huge pages' : `pages of ${printBytes(size)}`} for ${printBytes(memory)}`,
      'on each host: grep . /sys/kernel/mm/hugepages/*/free_hugepages',
    );
  },
  examples: [
    { name: 'bound to node 1', guest: strict('1'), intents: ['migratable'], expect: 'bad', severity: 'info' },
    {
      name: 'cells bound to nodes',
      guest: "<numatune><memnode cellid='0' mode='strict' nodeset='1'/></numatune>",
      intents: ['migratable'],
      expect: 'bad',
    },
    { name: 'a preference', guest: strict('1', 'preferred'), intents: ['migratable'], expect: 'good' },
    { name: 'nothing asked', intents: ['migratable'], expect: 'good' },
    { name: 'huge pages: the other hosts decide', guest: huge, intents: ['migratable'], expect: 'unknown' },
    { name: 'a guest that stays', guest: strict('1'), expect: 'not-applicable' },
  ],
});
