import { setBootWords } from '#change/recipes/command-line-words';
import { defineRule } from '#check/define-rule';
import { xenHost } from '#check/reference/xen-host';
import { bad, good } from '#check/verdict';
import { orAbsent } from '#model/known';

export default defineRule({
  id: 'xen/thp-not-available',
  subject: 'host',
  guide: ['4.1.2'],
  severity: 'hint',
  says: 'Nobody counts on transparent huge pages of the control domain.',
  because:
    "Guests' memory belongs to the Xen hypervisor, not to dom0: a THP setting of dom0 reaches no guest, and a paravirtual dom0 has no huge pages at all.",
  sources: [
    { grade: 'documented', at: 'SUSE Virtualization Best Practices, 4.1.2: THP is not available under Xen' },
    { grade: 'documented', at: 'linux: arch/x86/xen, PSE is hidden from PV domains' },
  ],
  when: { hypervisor: 'xen' },
  intents: {},
  params: {},
  costs: [],
  departs: [
    {
      guideSays: 'THP is not available under Xen.',
      truth:
        'True of PV domains; HVM and PVH guests use THP inside. In dom0 host rules about THP do not apply whatever its type.',
      source: 'linux: arch/x86/xen; Xen: PV hides PSE',
      errata: ['X12'],
      guideSame: 'rules about THP on the host do not apply in dom0 either way',
    },
  ],
  needs: {
    commandLine: ({ host }) => host.kernel.commandLine,
    configured: ({ host }) => orAbsent(host.kernel.configuredCommandLine),
  },
  check({ commandLine, configured = [] }) {
    const running = commandLine.find(word => word.name === 'transparent_hugepage');
    const stored = configured.find(word => word.name === 'transparent_hugepage');
    const word = running ?? stored;
    if (word === undefined) return good;
    const text = `transparent_hugepage=${word.value ?? ''}`;
    const finding = { wants: 'no such word: it promises what dom0 cannot keep' };
    if (stored?.variable === undefined)
      return bad(`${text} stands on dom0's command line and reaches no guest`, {
        ...finding,
        otherwise: 'Remove it from the boot loader configuration.',
      });
    return bad(`${text} stands on dom0's command line and reaches no guest`, {
      ...finding,
      ...setBootWords(configured, new Set(['transparent_hugepage']), []),
    });
  },
  examples: [
    {
      name: 'set for dom0',
      files: { ...xenHost, '/proc/cmdline': 'root=/dev/sda1 transparent_hugepage=always' },
      expect: 'bad',
    },
    { name: 'not set', files: xenHost, expect: 'good' },
    { name: 'a KVM host', expect: 'not-applicable' },
    {
      name: 'a guest of Xen, which is no control domain',
      files: { ...xenHost, '/proc/xen/capabilities': '' },
      expect: 'not-applicable',
    },
    { name: 'no right to read', files: { ...xenHost, '/proc/cmdline': 'denied' }, expect: 'unknown' },
  ],
});
