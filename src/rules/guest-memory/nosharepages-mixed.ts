import { editDomain } from '#change/kinds/domain-xml';
import { defineRule } from '#check/define-rule';
import { bad, good, notApplicable } from '#check/verdict';
import { ksmObstacles } from '#model/derived/ksm-obstacles';
import { osGroupOf, osGroups } from '#model/derived/os-groups';
import { chainKnown, ifKnown, known, orAbsent } from '#model/known';

const os = (id: string): string =>
  `<metadata><libosinfo:libosinfo xmlns:libosinfo="http://libosinfo.org/xmlns/libvirt/domain/1.0"><libosinfo:os id="${id}"/></libosinfo:libosinfo></metadata>`;
const windows = os('http://microsoft.com/win/2k22');
const sles = os('http://suse.com/sle/15.5');
const ksmOn = { '/sys/kernel/mm/ksm/run': '1', '/sys/kernel/mm/ksm/full_scans': '10' };
const out = '<memoryBacking><nosharepages/></memoryBacking>';

export default defineRule({
  id: 'guest-memory/nosharepages-mixed',
  subject: 'guest',
  guide: ['4.1.4'],
  severity: 'hint',
  says: 'A guest that gains nothing from KSM opts out of it.',
  because:
    'ksmd reads all memory of a guest over and over even when it equals no other; and a merged page must be copied before it can be written, which a latency guest feels.',
  sources: [
    {
      grade: 'documented',
      at: 'SUSE Virtualization Best Practices, 4.1.4: disable page sharing of single guests in a mixed environment',
    },
    { grade: 'documented', at: 'linux: admin-guide/mm/ksm.rst, ksm_merging_pages (5.19), ksm_rmap_items (6.1)' },
    { grade: 'measured', at: 'libvirt 9.0: <nosharepages/> gives mem-merge=off' },
  ],
  when: { guestType: ['kvm', 'qemu'], hypervisor: 'kvm' },
  scope: {
    says: 'guests of a host on which KSM runs',
    holds: ({ host }) => chainKnown(orAbsent(host.memory.ksm), ksm => known(ksm?.run === 1)),
  },
  intents: {
    latency: { level: 'must' },
    hpc: { level: 'should' },
    database: { level: 'should' },
    density: { level: 'avoid' },
    desktop: { level: 'avoid' },
  },
  params: {
    rmapItems: {
      default: 64,
      unit: 'pages looked at for each merged one',
      why: 'beyond it ksmd costs more memory than it saves (ksm.rst)',
    },
  },
  costs: ['None of its pages are merged any more.'],
  needs: {
    obstacles: ({ guest }) => ksmObstacles(guest.config),
    backing: ({ guest }) => orAbsent(guest.config.memoryBacking),
    group: ({ guest }) => ifKnown(osGroupOf(guest)),
    groups: ({ guests }) => chainKnown(guests, osGroups),
    process: ({ guest }) => ifKnown(guest.process.ksm),
    scans: ({ host }) => chainKnown(host.memory.ksm, ksm => known(ksm.fullScans)),
    name: ({ guest }) => known(guest.name),
  },
  check({ obstacles, backing, group, groups, process, scans, name }, { intents, params }) {
    if (backing?.nosharepages === true) return good;
    if (obstacles.length > 0) return notApplicable('KSM passes it over anyway');
    const path = backing === undefined ? 'memoryBacking' : 'memoryBacking/nosharepages';
    const content = backing === undefined ? '<memoryBacking><nosharepages/></memoryBacking>' : '<nosharepages/>';
    const found = {
      wants: 'nosharepages',
      fix: [editDomain(name, [{ path, content: undefined }], [{ path, content }])],
    };
    if (intents.includes('latency'))
      return bad('KSM may merge the memory of a latency guest', { ...found, severity: 'warning' });
    if (intents.includes('hpc') || intents.includes('database'))
      return bad(`KSM may merge the memory of a ${intents.includes('hpc') ? 'hpc' : 'database'} guest`, found);
    const isAlone =
      group !== undefined && groups.groups.size > 1 && groups.known >= 3 && groups.groups.get(group)?.length === 1;
    if (isAlone) return bad('it is the only guest of its operating system here: KSM finds nothing to share', found);
    if (
      process !== undefined &&
      (process.rmapItems ?? 0) > 0 &&
      scans >= 2 &&
      (process.rmapItems ?? 0) > params.rmapItems * (process.mergingPages ?? 0)
    ) {
      return bad(`KSM looks at ${process.rmapItems} of its pages and merged ${process.mergingPages}`, found);
    }
    return good;
  },
  examples: [
    {
      name: 'one Windows among three SLES',
      guest: windows,
      others: [sles, sles, sles],
      files: ksmOn,
      expect: 'bad',
      severity: 'hint',
      fixes: ['domain-xml'],
    },
    { name: 'it opts out', guest: windows + out, others: [sles, sles, sles], files: ksmOn, expect: 'good' },
    { name: 'one of three SLES', guest: sles, others: [sles, sles], files: ksmOn, expect: 'good' },
    { name: 'a latency guest', guest: sles, intents: ['latency'], files: ksmOn, expect: 'bad', severity: 'warning' },
    { name: 'a database', guest: sles, intents: ['database'], files: ksmOn, expect: 'bad', severity: 'hint' },
    {
      name: 'density shares',
      guest: windows,
      others: [sles, sles, sles],
      intents: ['density'],
      files: ksmOn,
      expect: 'not-applicable',
    },
    {
      name: 'huge pages are passed over anyway',
      guest: `${windows}<memoryBacking><hugepages/></memoryBacking>`,
      files: ksmOn,
      expect: 'not-applicable',
    },
    { name: 'KSM does not run', guest: windows, others: [sles, sles, sles], expect: 'not-applicable' },
    { name: 'KSM cannot be read', guest: windows, files: { '/sys/kernel/mm/ksm/run': 'denied' }, expect: 'unknown' },
  ],
});
