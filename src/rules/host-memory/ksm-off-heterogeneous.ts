import { stopKsm } from '#change/recipes/ksm-switch';
import { defineRule } from '#check/define-rule';
import { listNames } from '#check/list-names';
import { bad, good, notApplicable, undecided } from '#check/verdict';
import { writtenAtBoot } from '#model/derived/boot-write';
import { canUnmerge, ksmProfit } from '#model/derived/ksm-savings';
import { mergeableGuests } from '#model/derived/mergeable-guests';
import { fewestKnownSystems, osGroups, tooFewSystems } from '#model/derived/os-groups';
import { chainKnown, ifKnown } from '#model/known';
import { bytes, printBytes } from '#units/bytes';

const folder = '/sys/kernel/mm/ksm';
const on = (profit: string | null, scans = 5, sharing = 1000) => ({
  [`${folder}/run`]: '1',
  [`${folder}/full_scans`]: String(scans),
  [`${folder}/general_profit`]: profit,
  [`${folder}/pages_sharing`]: String(sharing),
  [`${folder}/pages_unshared`]: '1000000',
});
const os = (id: string) =>
  `<metadata><o:libosinfo xmlns:o="http://libosinfo.org/xmlns/libvirt/domain/1.0"><o:os id="${id}"/></o:libosinfo></metadata>`;
const [windows, debian] = [os('http://microsoft.com/win/2k22'), os('http://debian.org/debian/12')];
const out = '<memoryBacking><nosharepages/></memoryBacking>';
const tight = { '/proc/meminfo': 'MemTotal: 67108864 kB\nMemAvailable: 1048576 kB\nHugepagesize: 2048 kB\n' };
const atBoot = { '/etc/tmpfiles.d/ksm.conf': `w ${folder}/run - - - - 1\n` };

export default defineRule({
  id: 'host-memory/ksm-off-heterogeneous',
  subject: 'host',
  guide: ['4.1.4'],
  severity: 'warning',
  says: 'KSM runs only where it saves memory, and not on guests that need steady speed.',
  because:
    'On guests that share nothing ksmd costs CPU time and memory of its own; a guest that writes to a merged page waits for a copy.',
  sources: [
    { grade: 'documented', at: 'SUSE Virtualization Best Practices, 4.1.4: heterogeneous guests, disable KSM' },
    { grade: 'documented', at: 'linux: admin-guide/mm/ksm.rst, run, general_profit (Linux 6.4)' },
  ],
  when: { hypervisor: 'kvm' },
  intents: {
    general: { level: 'should' },
    database: { level: 'must' },
    latency: { level: 'must' },
    hpc: { level: 'must' },
    density: { level: 'avoid' },
    desktop: { level: 'neutral' },
  },
  params: {
    sharedShare: {
      default: 0.3,
      unit: 'of the guests with a known system',
      why: 'below it hardly any guests are alike',
    },
    leastProfit: { default: 0.01, unit: 'of MemTotal', why: 'a smaller gain is not worth the CPU time' },
    fullScans: { default: 2, unit: 'scans', why: 'a page is merged when it was seen twice unchanged' },
  },
  costs: ['Merged pages take their own memory again.'],
  departs: [
    {
      guideSays: 'echo 0 > /sys/kernel/mm/ksm/run disables KSM.',
      truth:
        '0 stops ksmd and keeps what is merged; 2 stops it and gives each guest its own pages back, for which there must be memory.',
      source: 'linux: admin-guide/mm/ksm.rst, run',
      errata: ['X14'],
      guideCheck: 'run is set to 0, and what is merged stays merged',
    },
  ],
  needs: {
    ksm: ({ host }) => host.memory.ksm,
    total: ({ host }) => host.memory.total,
    pageSize: ({ host }) => host.memory.pageSize,
    mergeable: ({ guests }) => mergeableGuests(guests),
    groups: ({ guests }) => chainKnown(mergeableGuests(guests), ({ guests: all }) => osGroups(all)),
    room: ({ host }) => ifKnown(canUnmerge(host.memory)),
    services: ({ host }) => ifKnown(host.services),
    written: ({ host }) => ifKnown(writtenAtBoot(host.kernel, `${folder}/run`)),
  },
  check({ ksm, total, pageSize, mergeable, groups, room, services = [], written }, { intentsOf, params, policy }) {
    if (ksm.run !== 1) return notApplicable('KSM does not run');
    const steady = mergeable.guests.filter(guest =>
      intentsOf(guest).some(intent => intent === 'latency' || intent === 'hpc' || intent === 'database'),
    );
    const isLeft = room !== true && policy === 'current';
    const stop = room === true && policy === 'current' ? 2 : 0;
    const { fix, otherwise } = stopKsm(ksm, stop, { services, written });
    const left = isLeft ? ['What is merged stays merged: there is too little free memory to undo it (run 2).'] : [];
    const said = [...left, ...(otherwise === undefined ? [] : [otherwise])].join(' ');
    const finding = {
      wants: `KSM off (run ${stop})`,
      so: 'ksmd takes CPU time and memory, and writes to merged pages wait for a copy',
      fix,
      ...(said === '' ? {} : { otherwise: said }),
    };
    if (steady.length > 0) {
      const names = listNames(steady.map(({ name }) => name));
      return bad(`KSM merges the memory of ${names}, which should have steady speed`, {
        ...finding,
        guests: steady.map(({ name }) => name),
      });
    }
    const profit = ksmProfit(ksm, pageSize);
    if (ksm.fullScans >= params.fullScans && profit >= params.leastProfit * total) return good;
    const alike = [...groups.groups.values()]
      .filter(names => names.length > 1)
      .reduce((sum, names) => sum + names.length, 0);
    const isMixed = alike < params.sharedShare * groups.known;
    if (groups.known >= fewestKnownSystems && !isMixed) return good;
    if (ksm.fullScans < params.fullScans)
      return undecided(`ksmd has come round only ${ksm.fullScans} times`, 'check again later');
    if (groups.known < fewestKnownSystems) return undecided(tooFewSystems(groups).reason, tooFewSystems(groups).remedy);
    const gain = profit < 0 ? `loses ${printBytes(bytes(-profit))}` : `gains only ${printBytes(bytes(profit))}`;
    return bad(`KSM ${gain} on ${groups.known} guests of ${groups.groups.size} systems`, finding);
  },
  examples: [
    {
      name: 'three systems, 10 MB lost',
      files: on('-10000000'),
      guest: windows,
      others: [debian, ''],
      expect: 'bad',
      fixes: ['ksm'],
    },
    {
      name: 'three systems, by the letter of the guide: what is merged stays merged',
      policy: 'guide',
      files: on('-10000000'),
      guest: windows,
      others: [debian, ''],
      expect: 'bad',
      fixes: ['ksm'],
    },
    { name: 'before Linux 6.4', files: on(null), guest: windows, others: [debian, ''], expect: 'bad' },
    { name: 'a gain worth having', files: on('4000000000'), guest: windows, others: [debian, ''], expect: 'good' },
    { name: 'equal guests', files: on('-10000000'), others: ['', ''], expect: 'good' },
    { name: 'a database', files: on('4000000000'), others: ['', ''], intents: ['database'], expect: 'bad' },
    {
      name: 'a database that opted out',
      files: on('4000000000'),
      guest: { xml: out, intents: ['database'] },
      others: ['', ''],
      expect: 'good',
    },
    {
      name: 'no room',
      files: { ...on('-1', 5, 900000), ...tight, ...atBoot },
      guest: windows,
      others: [debian, ''],
      expect: 'bad',
      fixes: ['ksm'],
    },
    { name: 'KSM off', files: { ...on('-1'), [`${folder}/run`]: '0' }, expect: 'not-applicable' },
    { name: 'just begun', files: on('0', 1), guest: windows, others: [debian, ''], expect: 'unknown' },
    { name: 'two guests', files: on('-10000000'), guest: windows, others: [debian], expect: 'unknown' },
  ],
});
