import { defineRule } from '#check/define-rule';
import { bad, good, notApplicable } from '#check/verdict';
import { ksmObstacles } from '#model/derived/ksm-obstacles';
import { ifKnown } from '#model/known';

const ksmOn = { '/sys/kernel/mm/ksm/run': '1' };

export default defineRule({
  id: 'guest-memory/ksm-ineligible',
  subject: 'guest',
  guide: ['4.1.1', '4.1.4'],
  severity: 'info',
  says: 'KSM can merge the memory of the guest.',
  because:
    'KSM merges private anonymous pages only: huge pages, shared mappings and pinned memory are passed over, and what was hoped to be saved is not.',
  sources: [
    {
      grade: 'documented',
      at: 'linux: admin-guide/mm/ksm.rst: KSM only merges anonymous (private) pages, never pagecache',
    },
    {
      grade: 'documented',
      at: 'QEMU: backends/hostmem-memfd.c, instance_init: memfd backends are shared unless told otherwise',
    },
  ],
  when: { guestType: ['kvm', 'qemu'] },
  intents: {
    density: { level: 'should' },
    latency: { level: 'must-not' },
    hpc: { level: 'avoid' },
    database: { level: 'avoid' },
  },
  params: {},
  costs: ['Giving up huge pages, shared memory or a passed-through device for it.'],
  departs: [
    {
      guideSays: 'All guest memory is backed by anonymous memory of the host.',
      truth:
        'True of the default backend only: memfd, file and hugetlb backends and vhost-user or virtiofs guests are shared mappings.',
      source: 'linux: admin-guide/mm/ksm.rst; QEMU: backends/hostmem-memfd.c',
      errata: ['X17'],
      guideSame: 'the guide says which memory KSM merges, not which guests have it',
    },
  ],
  needs: {
    obstacles: ({ guest }) => ksmObstacles(guest.config),
    ksm: ({ host }) => ifKnown(host.memory.ksm),
  },
  check({ obstacles, ksm }, { intents }) {
    const isDense = intents.includes('density');
    if (!isDense && ksm?.run !== 1) return notApplicable('KSM does not run');
    if (obstacles.length === 0) return good;
    // opting out is a decision of its own
    if (!isDense && obstacles.some(obstacle => obstacle.includes('nosharepages')))
      return notApplicable('it opts out of KSM');
    // nobody gives up encryption for a few pages
    const isAdvised = isDense && !obstacles.some(obstacle => obstacle.startsWith('encrypted memory'));
    return bad(`KSM cannot merge its memory: ${obstacles.join(', ')}`, {
      severity: isAdvised ? 'warning' : 'info',
      wants: isAdvised ? 'private anonymous memory' : 'that nobody counts on it for savings',
      otherwise: isAdvised
        ? 'Take what stands in the way out of the definition (memoryBacking, virtiofs, passed-through devices), or do not count this guest for savings.'
        : 'Nothing, if nobody counts on it: leave it out of what KSM is expected to save.',
    });
  },
  examples: [
    {
      name: 'a density guest with virtiofs over shared memfd',
      guest:
        "<memoryBacking><source type='memfd'/><access mode='shared'/></memoryBacking><devices><filesystem type='mount'><driver type='virtiofs'/><source dir='/srv'/><target dir='srv'/></filesystem></devices>",
      intents: ['density'],
      expect: 'bad',
      severity: 'warning',
    },
    {
      name: 'a density guest whose memory is encrypted',
      guest: "<launchSecurity type='sev-snp'/>",
      intents: ['density'],
      expect: 'bad',
      severity: 'info',
    },
    {
      name: 'huge pages while KSM runs',
      guest: '<memoryBacking><hugepages/></memoryBacking>',
      files: ksmOn,
      expect: 'bad',
      severity: 'info',
    },
    {
      name: 'private memfd',
      guest: "<memoryBacking><source type='memfd'/><access mode='private'/></memoryBacking>",
      intents: ['density'],
      expect: 'good',
    },
    { name: 'default memory', files: ksmOn, expect: 'good' },
    { name: 'KSM off and no density', expect: 'not-applicable' },
    {
      name: 'a latency guest opts out',
      guest: '<memoryBacking><nosharepages/></memoryBacking>',
      files: ksmOn,
      intents: ['latency'],
      expect: 'not-applicable',
    },
    {
      name: 'a definition that cannot be read',
      guest: "<memoryBacking><hugepages><page size='x'/></hugepages></memoryBacking>",
      intents: ['density'],
      expect: 'unknown',
    },
  ],
});
