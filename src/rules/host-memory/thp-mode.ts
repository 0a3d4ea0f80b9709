import { makeKnobLast } from '#change/recipes/lasting-knob';
import { setThp } from '#change/recipes/transparent-huge-pages';
import { defineRule } from '#check/define-rule';
import { listNames, listWith } from '#check/list-names';
import { hugeXml, memoryXml } from '#check/reference/memory-files';
import { bad, good, notApplicable, undecided } from '#check/verdict';
import { knobAtBoot } from '#model/derived/knob-at-boot';
import { normalPageGuests } from '#model/derived/normal-page-guests';
import { ifKnown, mapKnown, valueIfKnown } from '#model/known';
import type { Bytes } from '#units/bytes';

const folder = '/sys/kernel/mm/transparent_hugepage';
const sizePath = (size: Bytes): string => `${folder}/hugepages-${size / 1024}kB/enabled`;
const mode = (chosen: string) => ({
  [`${folder}/enabled`]: 'always madvise never'.replace(chosen, `[${chosen}]`),
});
const defrag = { [`${folder}/defrag`]: '[always] defer defer+madvise madvise never' };
const bySize = (chosen: string) => ({
  [`${folder}/hugepages-2048kB/enabled`]: 'always inherit madvise never'.replace(chosen, `[${chosen}]`),
});
const neverAtBoot = { '/etc/default/grub': 'GRUB_CMDLINE_LINUX_DEFAULT="quiet transparent_hugepage=never"\n' };

export default defineRule({
  id: 'host-memory/thp-mode',
  subject: 'host',
  guide: ['4.1.2'],
  severity: 'warning',
  says: 'Transparent huge pages are there for guests on normal pages, and never stall guests that need low latency.',
  because:
    'QEMU asks for them for guest memory; without them there are up to 512 times the page faults and longer page walks.',
  sources: [
    { grade: 'documented', at: 'linux: admin-guide/mm/transhuge.rst, enabled, defrag, hugepages-<size>kB' },
    { grade: 'documented', at: 'SUSE Virtualization Best Practices, 4.1.2' },
  ],
  when: { hypervisor: 'kvm' },
  intents: {
    general: { level: 'should', want: 'madvise or always' },
    database: { level: 'should', want: 'madvise' },
    latency: { level: 'must', want: 'madvise, with defrag madvise or defer+madvise' },
    density: { level: 'should', want: 'always or madvise' },
    desktop: { level: 'should', want: 'always or madvise' },
    migratable: { level: 'should', want: 'always or madvise' },
    hpc: { level: 'should', want: 'always or madvise' },
  },
  params: {},
  costs: ['khugepaged takes some CPU time.', 'Memory already filled with small pages follows slowly.'],
  departs: [
    {
      guideSays: 'For sparse workloads such as databases boot with transparent_hugepage=never.',
      truth:
        'That belongs into the database guest; on the host all guests lose large pages. It needs no reboot: each page fault reads the switch.',
      source: 'linux: admin-guide/mm/transhuge.rst',
      errata: ['X11'],
      guideCheck: 'never where a guest is a database, always or madvise elsewhere',
    },
  ],
  needs: {
    enabled: ({ host }) => host.memory.thp.enabled,
    defrag: ({ host }) => ifKnown(host.memory.thp.defrag),
    defragAtBoot: ({ host }) => ifKnown(knobAtBoot(host, `${folder}/defrag`)),
    largest: ({ host }) =>
      ifKnown(
        mapKnown(host.memory.thp.sizes, sizes => {
          const last = sizes.at(-1);
          return last && { ...last, boot: valueIfKnown(knobAtBoot(host, sizePath(last.size))) };
        }),
      ),
    users: ({ host, guests }) => normalPageGuests(guests, host.memory),
    atBoot: ({ host }) => ifKnown(host.memory.thp.atBoot),
    words: ({ host }) => ifKnown(host.kernel.configuredCommandLine),
  },
  check({ enabled, defrag: compaction, defragAtBoot, largest, users, atBoot, words }, { policy, intentsOf }) {
    if (users.guests.length === 0) {
      return users.missing === undefined
        ? notApplicable('no guest has memory on normal pages')
        : undecided(users.missing.reason, users.missing.remedy);
    }
    const having = (...wanted: readonly string[]): readonly string[] =>
      users.guests.filter(guest => intentsOf(guest).some(intent => wanted.includes(intent))).map(({ name }) => name);
    const all = users.guests.map(({ name }) => name);
    const fast = listNames(having('latency'));
    const databases = listNames(having('database'));
    const change = (after: string) => setThp(enabled, after, { atBoot, words });
    if (policy === 'guide' && databases !== '') {
      return enabled === 'never'
        ? good
        : bad(`transparent huge pages are ${enabled} on the host of ${databases}`, {
            wants: 'never',
            ...change('never'),
          });
    }
    if (enabled === 'never') {
      return bad(`${listWith(all, 'gets', 'get')} no transparent huge pages (enabled: never)`, {
        wants: 'madvise',
        so: 'more page faults and longer page walks for all memory of these guests',
        ...change('madvise'),
      });
    }
    // since Linux 6.8 the largest size has a switch of its own
    if (largest?.enabled === 'never') {
      const path = sizePath(largest.size);
      const saw = `${listWith(all, 'gets', 'get')} no transparent huge pages: their size is off (${path} is never)`;
      return bad(saw, { wants: 'inherit', ...makeKnobLast(path, 'never', 'inherit', largest.boot) });
    }
    if (policy === 'guide') return good;
    if (enabled === 'always' && fast + databases !== '') {
      const saw =
        fast === ''
          ? `every program beside ${databases} gets huge pages unasked (enabled: always)`
          : `${fast} may wait while huge pages are made for other programs (enabled: always)`;
      return bad(saw, { severity: fast === '' ? 'hint' : 'warning', wants: 'madvise', ...change('madvise') });
    }
    if (fast !== '' && compaction !== undefined && !['madvise', 'defer+madvise'].includes(compaction)) {
      const saw =
        compaction === 'always'
          ? `every page fault may stall to compact memory (defrag: always), beside ${fast}`
          : `no memory is compacted when ${fast} asks for huge pages (defrag: ${compaction})`;
      return bad(saw, {
        wants: 'madvise or defer+madvise',
        ...makeKnobLast(`${folder}/defrag`, compaction, 'madvise', defragAtBoot),
      });
    }
    return good;
  },
  examples: [
    { name: 'never', files: mode('never'), expect: 'bad', severity: 'warning', fixes: ['sysfs'] },
    {
      name: 'never at boot, too',
      files: { ...mode('never'), ...neverAtBoot },
      expect: 'bad',
      fixes: ['sysfs', 'kernel-command-line'],
    },
    { name: 'madvise', expect: 'good' },
    { name: 'always', files: mode('always'), expect: 'good' },
    { name: 'always, low latency', files: mode('always'), intents: ['latency'], expect: 'bad', severity: 'warning' },
    { name: 'always, a database', files: mode('always'), intents: ['database'], expect: 'bad', severity: 'hint' },
    { name: 'compaction stalls', files: defrag, intents: ['latency'], expect: 'bad', fixes: ['sysfs', 'tmpfiles'] },
    { name: 'its size is off (Linux 6.8)', files: bySize('never'), expect: 'bad', fixes: ['sysfs', 'tmpfiles'] },
    { name: 'its size inherits (Linux 6.8)', files: bySize('inherit'), expect: 'good' },
    { name: 'a database by the guide', policy: 'guide', files: mode('never'), intents: ['database'], expect: 'good' },
    { name: 'never, guests on huge pages', files: mode('never'), guest: hugeXml(4), expect: 'not-applicable' },
    { name: 'no THP in this kernel', files: { [`${folder}/`]: null }, guest: memoryXml(4), expect: 'not-applicable' },
    { name: 'not readable', files: { [`${folder}/enabled`]: 'denied' }, expect: 'unknown' },
  ],
});
