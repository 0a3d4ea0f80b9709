import { editDomain } from '#change/kinds/domain-xml';
import { defineRule } from '#check/define-rule';
import { bad, good } from '#check/verdict';
import { ifKnown, known, orAbsent } from '#model/known';
import { gib, mib, printBytes } from '#units/bytes';
import { pagesFor, printPages } from '#units/pages';

const thp = (text: string): Record<string, string> => ({ '/sys/kernel/mm/transparent_hugepage/enabled': text });
const large = "<memory unit='GiB'>16</memory>";

export default defineRule({
  id: 'guest-memory/hugepages-wanted',
  subject: 'guest',
  guide: ['4.1.1'],
  severity: 'warning',
  says: 'A guest that needs steady memory latency is backed by reserved huge pages.',
  because:
    'Each TLB miss of a guest walks two page tables; 2 MiB pages cut the misses and the walk, and a reserved pool cannot fall apart as transparent ones do.',
  sources: [
    { grade: 'documented', at: 'SUSE Virtualization Best Practices, 4.1.1' },
    { grade: 'documented', at: 'linux: admin-guide/mm/transhuge.rst: QEMU advises MADV_HUGEPAGE for guest memory' },
  ],
  when: { guestType: ['kvm', 'qemu'], instance: 'system' },
  intents: {
    database: { level: 'should' },
    latency: { level: 'must' },
    hpc: { level: 'must' },
    density: { level: 'must-not' },
    migratable: { level: 'neutral', want: 'when every host has the pool' },
  },
  params: {
    largeGib: { default: 8, unit: 'GiB', why: 'from this size on a guest without any huge pages loses measurably' },
  },
  costs: [
    'The memory is reserved whether the guest uses it or not; no ballooning, no KSM, no swap for it.',
    'A migration needs the same pool on the other host.',
  ],
  needs: {
    memory: ({ guest }) => guest.config.memory,
    backing: ({ guest }) => orAbsent(guest.config.memoryBacking),
    thp: ({ host }) => ifKnown(host.memory.thp.enabled),
    name: ({ guest }) => known(guest.name),
  },
  check({ memory, backing, thp: mode, name }, { intents, params }) {
    if (backing?.hugepages !== undefined) return good;
    const isStrict = intents.includes('latency') || intents.includes('hpc');
    const isDatabase = intents.includes('database');
    const hasNone = mode === 'never';
    const isLarge = memory >= gib(params.largeGib);
    if (!isStrict && !isDatabase && !(isLarge && hasNone)) return good;
    const pool = pagesFor(memory, mib(2));
    const parts = backing === undefined ? undefined : '';
    const path = parts === undefined ? 'memoryBacking' : 'memoryBacking/hugepages';
    const page = "<hugepages><page size='2048' unit='KiB'/></hugepages>";
    return bad(
      `its ${printBytes(memory)} are backed by normal pages${hasNone ? ', and transparent huge pages are off' : ''}`,
      {
        severity: isStrict || hasNone ? 'warning' : 'hint',
        wants: `huge pages: ${printPages(pool)}, reserved before it starts`,
        fix: [
          editDomain(
            name,
            [{ path, content: undefined }],
            [{ path, content: parts === undefined ? `<memoryBacking>${page}</memoryBacking>` : page }],
          ),
        ],
        wish: { kind: 'reserve-huge-pages', detail: { guest: name, pages: pool.count, pageSize: mib(2) } },
      },
    );
  },
  examples: [
    {
      name: 'a latency guest on normal pages',
      intents: ['latency'],
      expect: 'bad',
      severity: 'warning',
      fixes: ['domain-xml'],
    },
    {
      name: 'a database of 64 GiB, THP never',
      guest: "<memory unit='GiB'>64</memory>",
      files: thp('always madvise [never]'),
      intents: ['database'],
      expect: 'bad',
      severity: 'warning',
    },
    { name: 'a database with THP on', intents: ['database'], expect: 'bad', severity: 'hint' },
    {
      name: 'a large guest, THP never',
      guest: large,
      files: thp('always madvise [never]'),
      expect: 'bad',
      severity: 'warning',
    },
    { name: 'a large guest with THP on', guest: large, expect: 'good' },
    {
      name: 'huge pages',
      guest: `${large}<memoryBacking><hugepages/></memoryBacking>`,
      intents: ['database'],
      expect: 'good',
    },
    { name: 'density does without', guest: large, intents: ['density'], expect: 'not-applicable' },
    {
      name: 'an unprivileged libvirt',
      intents: ['latency'],
      libvirt: { uri: 'qemu:///session' },
      expect: 'not-applicable',
    },
    { name: 'memory that is no number', guest: '<memory>much</memory>', intents: ['latency'], expect: 'unknown' },
  ],
});
