import { setBootWords, setXenWords } from '#change/recipes/command-line-words';
import { defineRule } from '#check/define-rule';
import { xenHost } from '#check/reference/xen-host';
import { bad, good } from '#check/verdict';
import { ifKnown, orAbsent } from '#model/known';

const hypervisorOptions = new Set(['dom0_mem', 'dom0_max_vcpus', 'dom0_vcpus_pin']);
const grub = (linux: string, xen: string): string =>
  `GRUB_CMDLINE_LINUX_DEFAULT="${linux}"\nGRUB_CMDLINE_XEN_DEFAULT="${xen}"`;

/** A size without an upper bound lets dom0 take more by ballooning, and size its tables for all memory (xen/dom0-mem-set). */
const bounded = ({ name, value }: Word): Word =>
  name === 'dom0_mem' && value !== undefined && /^\d{1,12}[BKMGT]?$/i.test(value)
    ? { name, value: `${value},max:${value}` }
    : { name, value };

interface Word {
  readonly name: string;
  readonly value: string | undefined;
}

export default defineRule({
  id: 'xen/dom0-mem-wrong-variable',
  subject: 'host',
  guide: ['4.1.3.1', '7.5'],
  severity: 'error',
  says: 'Options of the Xen hypervisor stand in the Xen variable of GRUB.',
  because: "On Linux's command line the hypervisor never sees them: they are silently without effect.",
  sources: [
    {
      grade: 'documented',
      at: 'Xen: docs/misc/xen-command-line.pandoc: dom0_mem, dom0_max_vcpus, dom0_vcpus_pin are options of the hypervisor',
    },
    { grade: 'documented', at: 'GRUB: util/grub.d/20_linux_xen.in, GRUB_CMDLINE_XEN_DEFAULT' },
  ],
  when: { hypervisor: 'xen' },
  intents: {},
  params: {},
  costs: ['Takes effect when the host boots next.'],
  departs: [
    {
      guideSays: 'dom0_mem is set as section 7.5 shows, in GRUB_CMDLINE_LINUX_DEFAULT.',
      truth: 'It must stand in GRUB_CMDLINE_XEN or GRUB_CMDLINE_XEN_DEFAULT.',
      source: 'GRUB: util/grub.d/20_linux_xen.in',
      errata: ['X13'],
      guideCannot: 'dom0_mem in that variable has no effect',
    },
  ],
  needs: {
    running: ({ host }) => host.kernel.commandLine,
    configured: ({ host }) => orAbsent(host.kernel.configuredCommandLine),
    forXen: ({ host }) => ifKnown(host.kernel.configuredXenCommandLine),
  },
  check({ running, configured = [], forXen }) {
    const text = ({ name, value }: Word): string => (value === undefined ? name : `${name}=${value}`);
    const stored = configured.filter(word => hypervisorOptions.has(word.name));
    const live = running.filter(word => hypervisorOptions.has(word.name));
    if (stored.length === 0 && live.length === 0) return good;
    const words = [...new Set([...stored, ...live].map(text))];
    const wanted = [...new Set([...stored, ...live].map(bounded).map(text))];
    return bad(`${words.join(' ')} stands on Linux's command line, where Xen does not see it`, {
      wants: `${wanted.join(' ')} in GRUB_CMDLINE_XEN_DEFAULT`,
      ...(stored.length === 0
        ? { otherwise: 'The boot loader is corrected already or is not GRUB: regenerate its configuration and reboot.' }
        : {
            fix: [
              ...setBootWords(configured, hypervisorOptions, []).fix,
              ...setXenWords(forXen, new Set(stored.map(({ name }) => name)), stored.map(bounded).map(text)).fix,
            ],
          }),
    });
  },
  examples: [
    {
      name: "in Linux's variable",
      files: { ...xenHost, '/etc/default/grub': grub('quiet dom0_mem=4G', '') },
      expect: 'bad',
      fixes: ['kernel-command-line', 'kernel-command-line'],
    },
    {
      name: "on the running Linux's command line",
      files: {
        ...xenHost,
        '/proc/cmdline': 'root=/dev/sda1 dom0_mem=4G',
        '/etc/default/grub': grub('quiet', 'dom0_mem=4G'),
      },
      expect: 'bad',
    },
    {
      name: "in Xen's variable",
      files: { ...xenHost, '/etc/default/grub': grub('quiet', 'dom0_mem=4G,max:4G') },
      expect: 'good',
    },
    { name: 'a KVM host', expect: 'not-applicable' },
    { name: 'no right to read', files: { ...xenHost, '/proc/cmdline': 'denied' }, expect: 'unknown' },
  ],
});
