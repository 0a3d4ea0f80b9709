import { setThp } from '#change/recipes/transparent-huge-pages';
import { defineRule } from '#check/define-rule';
import { bad, good } from '#check/verdict';
import { ifKnown } from '#model/known';

const path = '/sys/kernel/mm/transparent_hugepage/enabled';
const mode = (chosen: string) => ({ [path]: 'always madvise never'.replace(chosen, `[${chosen}]`) });
const grub = (word: string) => ({ '/etc/default/grub': `GRUB_CMDLINE_LINUX_DEFAULT="transparent_hugepage=${word}"\n` });

export default defineRule({
  id: 'host-memory/thp-persisted',
  subject: 'host',
  guide: ['4.1.2'],
  severity: 'hint',
  says: 'The mode of transparent huge pages is the one that the next boot sets.',
  because:
    'What was set by hand is gone after a reboot, and the host behaves otherwise for no reason anyone remembers.',
  sources: [
    { grade: 'documented', at: 'SUSE Virtualization Best Practices, 4.1.2: add the kernel parameter and reboot' },
    { grade: 'documented', at: 'linux: admin-guide/mm/transhuge.rst, transparent_hugepage=' },
    { grade: 'documented', at: 'tuned: plugin_vm.py: the profile’s value is ignored where the command line has one' },
  ],
  when: { hypervisor: 'kvm' },
  intents: {},
  params: {},
  costs: [],
  needs: {
    enabled: ({ host }) => host.memory.thp.enabled,
    atBoot: ({ host }) => host.memory.thp.atBoot,
    words: ({ host }) => ifKnown(host.kernel.configuredCommandLine),
  },
  check({ enabled, atBoot, words }, { intents }) {
    if (enabled === atBoot.value) return good;
    const finding = { wants: 'one owner that sets the mode wanted', so: 'the mode changes at the next reboot' };
    const saw = `transparent huge pages are ${enabled} now and ${atBoot.value} after the next boot (${atBoot.owner})`;
    // a mode that host-memory/thp-mode finds wrong is none to keep
    const isWrong = enabled === 'always' && intents.some(intent => intent === 'latency' || intent === 'database');
    return enabled === 'never' || isWrong
      ? bad(saw, {
          ...finding,
          otherwise: `Choose the mode by host-memory/thp-mode, and set it in ${atBoot.owner} alone.`,
        })
      : bad(saw, { ...finding, ...setThp(enabled, enabled, { atBoot, words }) });
  },
  examples: [
    { name: 'never now, always at boot', files: { ...mode('never'), ...grub('always') }, expect: 'bad', fixes: [] },
    { name: 'madvise now, always at boot', files: grub('always'), expect: 'bad', fixes: ['kernel-command-line'] },
    { name: 'always by hand', files: mode('always'), expect: 'bad', fixes: ['tmpfiles'] },
    { name: 'always, a database', files: mode('always'), intents: ['database'], expect: 'bad', fixes: [] },
    { name: 'as the kernel is built', expect: 'good' },
    { name: 'as the command line says', files: { ...mode('always'), ...grub('always') }, expect: 'good' },
    {
      name: 'by tmpfiles.d',
      files: { ...mode('always'), '/etc/tmpfiles.d/thp.conf': `w ${path} - - - - always\n` },
      expect: 'good',
    },
    { name: 'no THP', files: { '/sys/kernel/mm/transparent_hugepage/': null }, expect: 'not-applicable' },
    { name: 'an odd script', files: { '/etc/rc.local': `echo $MODE > ${path}\n` }, expect: 'unknown' },
  ],
});
