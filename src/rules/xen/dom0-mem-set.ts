import { setXenWords } from '#change/recipes/command-line-words';
import { defineRule } from '#check/define-rule';
import { xenHost, xenOnDebian, xlInfo } from '#check/reference/xen-host';
import { bad, good } from '#check/verdict';
import { dom0MemoryOption, hasBuiltInDom0Memory } from '#model/derived/dom0-memory-option';
import { ifKnown } from '#model/known';

const names: ReadonlySet<string> = new Set(['dom0_mem']);
const xen = { uri: 'xen:///system' };

export default defineRule({
  id: 'xen/dom0-mem-set',
  subject: 'host',
  guide: ['4.1.3.1'],
  severity: 'warning',
  says: 'The memory of dom0 is set on the command line of Xen.',
  because:
    'Without it dom0 gets all memory and is ballooned down for each guest, which has always been prone to error and leaves page tables sized for all of it.',
  sources: [
    { grade: 'documented', at: 'SUSE Virtualization Best Practices, 4.1.3.1' },
    { grade: 'documented', at: 'Xen: docs/misc/xen-command-line.pandoc, dom0_mem' },
  ],
  when: { hypervisor: 'xen' },
  intents: {},
  params: {},
  costs: ['Memory of dom0 is fixed until the next boot.'],
  departs: [
    {
      guideSays: 'It points to section 7.5, which edits GRUB_CMDLINE_LINUX_DEFAULT.',
      truth:
        'dom0_mem is an option of the hypervisor: GRUB_CMDLINE_XEN_DEFAULT; with max: so that dom0 does not keep structures for all memory.',
      source: 'Xen: docs/misc/xen-command-line.pandoc, dom0_mem',
      errata: ['X13'],
      guideCannot: 'dom0_mem where section 7.5 puts it has no effect',
    },
  ],
  needs: {
    option: ({ host }) => dom0MemoryOption(host),
    hasDefault: ({ host }) => hasBuiltInDom0Memory(host),
    stored: ({ host }) => ifKnown(host.kernel.configuredXenCommandLine),
  },
  check({ option, hasDefault, stored }) {
    if (option.value === undefined) {
      if (hasDefault) return good;
      return bad('the memory of dom0 is not set', {
        wants: 'dom0_mem=SIZE,max:SIZE',
        so: 'dom0 holds all memory and must give some back for each guest that starts',
        ...setXenWords(stored, names, ['dom0_mem=1G+10%,max:64G']),
      });
    }
    if (/(^|,)max:/.test(option.value)) return good;
    return bad(`dom0_mem=${option.value} has no upper bound`, {
      severity: 'hint',
      wants: `dom0_mem=${option.value},max:${option.value}`,
      so: 'dom0 keeps page structures for all memory of the machine',
      ...setXenWords(stored, names, [`dom0_mem=${option.value},max:${option.value}`]),
    });
  },
  examples: [
    {
      name: 'not set, not SUSE',
      files: xenOnDebian,
      commands: xlInfo(32768, 'placeholder'),
      libvirt: xen,
      expect: 'bad',
      fixes: ['kernel-command-line'],
    },
    {
      name: 'SLES 12 without it',
      files: {
        ...xenHost,
        '/etc/os-release': 'ID="sles"\nID_LIKE="suse"\nVERSION_ID="12.5"\nPRETTY_NAME="SLES 12 SP5"',
      },
      commands: xlInfo(32768, ''),
      libvirt: xen,
      expect: 'bad',
    },
    {
      name: 'no upper bound',
      files: xenHost,
      commands: xlInfo(32768, 'dom0_mem=4301M'),
      libvirt: xen,
      expect: 'bad',
      severity: 'hint',
    },
    {
      name: 'set with an upper bound',
      files: xenHost,
      commands: xlInfo(32768, 'dom0_mem=4301M,max:4301M'),
      libvirt: xen,
      expect: 'good',
    },
    {
      name: 'SLES 15 SP6 has a size built in',
      files: xenHost,
      commands: xlInfo(32768, ''),
      libvirt: xen,
      expect: 'good',
    },
    { name: 'a KVM host', expect: 'not-applicable' },
    {
      name: 'no right to read the release',
      files: { ...xenHost, '/etc/os-release': 'denied' },
      commands: xlInfo(32768, ''),
      libvirt: xen,
      expect: 'unknown',
    },
  ],
});
