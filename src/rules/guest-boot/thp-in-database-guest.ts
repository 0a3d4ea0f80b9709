import { defineRule } from '#check/define-rule';
import { bad, good, notApplicable } from '#check/verdict';
import { runsSystem } from '#model/derived/runs-system';
import { ifKnown } from '#model/known';

const enabled = '/sys/kernel/mm/transparent_hugepage/enabled';
const thp = (words: string, cmdline = 'root=UUID=1 quiet') => ({
  xml: '',
  inside: { [enabled]: words, '/proc/cmdline': cmdline },
});

export default defineRule({
  id: 'guest-boot/thp-in-database-guest',
  subject: 'guest',
  guide: ['4.1.2'],
  severity: 'hint',
  says: 'A guest with a database does not put transparent huge pages under memory that nobody asked them for.',
  because:
    'Databases touch memory here and there: with a huge page under each touch the guest takes more memory, and compacting for them stalls its queries. The host keeps its own huge pages; only the guest changes.',
  sources: [
    { grade: 'documented', at: 'SUSE Virtualization Best Practices, 4.1.2' },
    { grade: 'documented', at: 'linux: admin-guide/mm/transhuge.rst, enabled' },
    { grade: 'documented', at: 'Oracle, Redis and SAP: their installation guides ask for never or madvise' },
  ],
  intents: { database: { level: 'should', want: 'never' }, latency: { level: 'should', want: 'never or madvise' } },
  params: {},
  costs: ['Programs that gain by huge pages and do not ask for them with madvise(2) lose them.'],
  scope: { says: 'Linux guests', holds: ({ guest }) => runsSystem(guest, 'linux') },
  needs: {
    mode: ({ guest }) => guest.inside.thp,
    commandLine: ({ guest }) => ifKnown(guest.inside.commandLine),
  },
  check({ mode, commandLine = [] }, { intents }) {
    if (!intents.includes('database') && !intents.includes('latency'))
      return notApplicable('only for intents database and latency');
    // with madvise a database that wants huge pages asks for them, as PostgreSQL and the JVM can
    if (mode !== 'always') return good;
    const said = commandLine.findLast(({ name }) => name === 'transparent_hugepage')?.value;
    return bad(`in it transparent huge pages are ${mode}`, {
      wants: intents.includes('database') ? 'never, or madvise where the product asks for them' : 'never or madvise',
      so: 'it takes more memory than its database needs, and stalls while memory is compacted',
      otherwise: `In the guest, at once: echo never > ${enabled}; for good: transparent_hugepage=never ${said === undefined ? 'in' : `instead of ${said} in`} GRUB_CMDLINE_LINUX of /etc/default/grub, then grub2-mkconfig -o /boot/grub2/grub.cfg (update-grub on Debian).`,
    });
  },
  examples: [
    { name: 'always under a database', guest: thp('[always] madvise never'), intents: ['database'], expect: 'bad' },
    {
      name: 'always by its command line',
      guest: thp('[always] madvise never', 'transparent_hugepage=always'),
      intents: ['latency'],
      expect: 'bad',
      severity: 'hint',
    },
    { name: 'never', guest: thp('always madvise [never]'), intents: ['database'], expect: 'good' },
    { name: 'madvise', guest: thp('always [madvise] never'), intents: ['database'], expect: 'good' },
    { name: 'a general guest', guest: thp('[always] madvise never'), expect: 'not-applicable' },
    {
      name: 'a kernel without them',
      guest: { xml: '', inside: { [enabled]: null } },
      intents: ['database'],
      expect: 'not-applicable',
    },
    {
      name: 'Windows',
      guest: {
        xml: '',
        inside: { '/proc/version': null, 'guest-get-osinfo': '{"id":"mswindows"}' },
      },
      intents: ['database'],
      expect: 'not-applicable',
    },
    { name: 'an agent that was not asked', intents: ['database'], expect: 'unknown' },
  ],
});
