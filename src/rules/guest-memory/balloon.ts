import { editDomain } from '#change/kinds/domain-xml';
import { editPlaces } from '#change/recipes/edit-places';
import { defineRule } from '#check/define-rule';
import { bad, good, notApplicable } from '#check/verdict';
import { canReportPages } from '#model/derived/can-report-pages';
import { hasVfioDevice } from '#model/derived/pinned-memory';
import { known, orAbsent } from '#model/known';
import { bytes, lessBytes, printBytes } from '#units/bytes';

const sized = (memory: number, current: number): string =>
  `<memory unit='GiB'>${memory}</memory><currentMemory unit='GiB'>${current}</currentMemory>`;

export default defineRule({
  id: 'guest-memory/balloon',
  subject: 'guest',
  guide: ['6.1.3'],
  severity: 'warning',
  says: 'The balloon suits what the guest is for.',
  because:
    'A balloon lets a crowded host take idle memory back; a guest that must answer at once should never have to get its memory back first.',
  sources: [
    { grade: 'documented', at: 'SUSE Virtualization Best Practices, 6.1.3' },
    { grade: 'documented', at: 'libvirt: formatdomain, memballoon: added to every guest unless model is none' },
    { grade: 'documented', at: 'QEMU: ram_block_discard_disable: VFIO inhibits the balloon' },
  ],
  when: { guestType: ['kvm', 'qemu'] },
  intents: {
    general: { level: 'should' },
    density: { level: 'must' },
    desktop: { level: 'should' },
    migratable: { level: 'should' },
    database: { level: 'neutral', want: 'never inflated' },
    latency: { level: 'neutral', want: 'never inflated: current memory equal to memory' },
    hpc: { level: 'neutral', want: 'never inflated: current memory equal to memory' },
  },
  params: {
    mostTimes: { default: 4, unit: 'times current memory', why: 'the guest keeps page structures for all its memory' },
  },
  costs: ['With the balloon: memory taken back must be found again when the guest needs it.'],
  needs: {
    balloon: ({ guest }) => orAbsent(guest.config.balloon),
    memory: ({ guest }) => guest.config.memory,
    current: ({ guest }) => guest.config.currentMemory,
    devices: ({ guest }) => orAbsent(guest.config.memoryDevices),
    backing: ({ guest }) => orAbsent(guest.config.memoryBacking),
    vfio: ({ guest }) => hasVfioDevice(guest.config),
    reports: ({ host, guest }) => known(canReportPages(host, guest)),
    name: ({ guest }) => known(guest.name),
  },
  check({ balloon, memory, current, devices = [], backing, vfio, reports, name }, { intents, params }) {
    if (backing?.hugepages !== undefined)
      return notApplicable('guest-memory/hugepages-vs-balloon judges guests on huge pages');
    const kibOf = (amount: number): string => String(amount / 1024);
    const setCurrent = (to: number): ReturnType<typeof editDomain> =>
      editDomain(
        name,
        [{ path: 'currentMemory', content: kibOf(current) }],
        [{ path: 'currentMemory', content: kibOf(to) }],
      );
    if (current > memory) {
      return bad(`current memory of ${printBytes(current)} is more than memory of ${printBytes(memory)}`, {
        severity: 'error',
        wants: `at most ${printBytes(memory)}`,
        fix: [setCurrent(memory)],
      });
    }
    if (balloon?.model === 'none' && intents.includes('density')) {
      return bad('it has no balloon, and the host is to be crowded', {
        wants: 'memballoon virtio',
        fix: [
          editPlaces(name, [
            ['devices/memballoon/@model', 'none', 'virtio'],
            // what it frees goes back to the host by itself: guest-memory/free-page-reporting
            ...(reports && !vfio ? [['devices/memballoon/@freePageReporting', undefined, 'on'] as const] : []),
          ]),
        ],
      });
    }
    const unplugged = devices.reduce((sum, device) => sum + lessBytes(device.size, device.requested ?? device.size), 0);
    const full = bytes(memory - Math.min(unplugged, memory));
    const isInflated = balloon?.model !== 'none' && current < full;
    const isSteady = intents.includes('latency') || intents.includes('hpc');
    if (isInflated && (isSteady || vfio)) {
      return bad(
        `its balloon holds ${printBytes(bytes(full - current))}${vfio ? ', which a passed-through device keeps pinned' : ''}`,
        {
          wants: `current memory equal to memory, ${printBytes(full)}`,
          so: vfio ? 'the host gets nothing back for it' : 'it must get its memory back before it can use it',
          fix: [setCurrent(full)],
        },
      );
    }
    if (isInflated && current * params.mostTimes < full) {
      return bad(`it starts with ${printBytes(current)} of ${printBytes(full)}`, {
        wants: `at least ${printBytes(bytes(Math.ceil(full / params.mostTimes)))}, or less memory`,
        so: 'it keeps page structures for all of it, and Windows wants it all at boot',
        otherwise:
          'Raise current memory or lower memory to what the guest is really to have: virsh setmem, virsh setmaxmem, with --config.',
      });
    }
    return good;
  },
  examples: [
    {
      name: 'density without a balloon',
      guest: "<devices><memballoon model='none'/></devices>",
      intents: ['density'],
      expect: 'bad',
      severity: 'warning',
      fixes: ['domain-xml'],
    },
    { name: 'density with one', intents: ['density'], expect: 'good' },
    { name: "the guide's 16 GiB to 1 GiB", guest: sized(16, 1), expect: 'bad', severity: 'warning' },
    { name: 'half', guest: sized(16, 8), expect: 'good' },
    { name: 'latency, inflated', guest: sized(16, 8), intents: ['latency'], expect: 'bad', fixes: ['domain-xml'] },
    { name: 'latency, idle', guest: sized(16, 16), intents: ['latency'], expect: 'good' },
    { name: 'more current than there is', guest: sized(8, 16), expect: 'bad', severity: 'error' },
    {
      name: 'huge pages are judged elsewhere',
      guest: `${sized(16, 1)}<memoryBacking><hugepages/></memoryBacking>`,
      expect: 'not-applicable',
    },
    { name: 'a size that is none', guest: '<memory>much</memory>', expect: 'unknown' },
  ],
});
