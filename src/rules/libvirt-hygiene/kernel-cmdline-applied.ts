import { defineRule } from '#check/define-rule';
import { bad, good } from '#check/verdict';
import type { KernelParameter } from '#model/kernel';
import { known, orAbsent } from '#model/known';

const grub = (words: string, xen = '') => ({
  '/etc/default/grub': `GRUB_CMDLINE_LINUX_DEFAULT="${words}"\nGRUB_CMDLINE_XEN_DEFAULT="${xen}"\n`,
});
const running = (words: string) => ({ '/proc/cmdline': `BOOT_IMAGE=/boot/vmlinuz root=UUID=6f1c ro ${words}\n` });
const both = (configured: string, now: string) => ({ ...grub(configured), ...running(now) });

/** Words that the boot loader, the initial RAM disk or the installer puts in by itself. */
const byLoader =
  /^(?:BOOT_IMAGE|root|rootflags|rootfstype|ro|rw|initrd|vt\.handoff|systemd\.machine_id|ostree|recovery|single|nomodeset|placeholder|xen|console)$/;
/** Words that may stand more than once, each time with another meaning. */
const repeats =
  /^(?:console|earlycon|earlyprintk|hugepages|hugepagesz|memmap|isolcpus|crashkernel|blacklist|module_blacklist|modprobe\.blacklist|ip|nameserver|ignition\..*|rd\..*|systemd\..*|dyndbg|initcall_blacklist|pstore_blk\..*|video|psi|security|lsm)$/;
/** Words about huge pages and THP: host-memory/hugepages-persisted and host-memory/thp-persisted say what is lost at the next boot. */
const judgedElsewhere = /^(?:hugepages|hugepagesz|default_hugepagesz|hugetlb_cma|transparent_hugepage)$/;
const write = ({ name, value }: KernelParameter): string => (value === undefined ? name : `${name}=${value}`);

export default defineRule({
  id: 'libvirt-hygiene/kernel-cmdline-applied',
  subject: 'host',
  guide: ['7.5', '7.5.1', '7.5.2'],
  severity: 'warning',
  says: 'The kernel runs with the command line that is set up, and will do so after the next boot.',
  because:
    'A word in /etc/default/grub does nothing before grub2-mkconfig and a reboot; a word typed at the boot menu is gone with the next one.',
  sources: [
    {
      grade: 'documented',
      at: 'SUSE Virtualization Best Practices, 7.5: GRUB_CMDLINE_LINUX_DEFAULT, grub2-mkconfig, reboot',
    },
    { grade: 'documented', at: 'linux: admin-guide/kernel-parameters.rst; GRUB manual: Simple configuration handling' },
  ],
  intents: {},
  params: {},
  costs: ['A reboot of the host; a wrong word can keep it from booting: keep the old entry in the menu.'],
  departs: [
    {
      guideSays: 'Edit GRUB_CMDLINE_LINUX_DEFAULT and run grub2-mkconfig; SLE 11 has menu.lst.',
      truth:
        'Tool and path differ by distribution (update-grub, grubby, transactional-update grub.cfg, boot entries); Xen’s options go into GRUB_CMDLINE_XEN_DEFAULT.',
      source: 'GRUB manual: Simple configuration handling',
      errata: ['X51'],
      guideSame: 'what is configured has to run, whichever tool writes it',
    },
  ],
  needs: {
    configured: ({ host }) => host.kernel.configuredCommandLine,
    now: ({ host }) => host.kernel.commandLine,
    distribution: ({ host }) => orAbsent(host.distribution),
    isXen: ({ host }) => known(host.hypervisor.state === 'known' && host.hypervisor.value === 'xen'),
  },
  check({ configured, now, distribution, isXen }) {
    const family = distribution?.family ?? [];
    const apply = family.includes('debian')
      ? 'update-grub'
      : family.some(id => id === 'fedora' || id === 'rhel')
        ? 'grub2-mkconfig -o /boot/grub2/grub.cfg (or grubby --update-kernel=ALL)'
        : 'grub2-mkconfig -o /boot/grub2/grub.cfg (transactional-update grub.cfg where the root is read-only)';
    const variable = configured[0]?.variable ?? 'GRUB_CMDLINE_LINUX_DEFAULT';
    const values = new Map<string, Set<string>>();
    for (const { name, value = '' } of configured) {
      if (!repeats.test(name)) values.set(name, (values.get(name) ?? new Set()).add(value));
    }
    const twice = [...values].filter(([, set]) => set.size > 1);
    const [double] = twice;
    if (double !== undefined) {
      return bad(
        `${double[0]} is set up twice, as ${[...double[1]].map(value => value || 'a bare word').join(' and ')}`,
        {
          wants: 'each word once',
          so: 'mostly the last one counts, and nobody sees which',
          parts: twice.map(([name, set]) => ({ key: name, saw: [...set].join(', ') })),
          otherwise: `Keep one ${double[0]} in /etc/default/grub; then ${apply}, and reboot.`,
        },
      );
    }
    const runs = new Set(now.map(write));
    const stands = new Set(configured.map(write));
    const lost = now.filter(word => {
      const isOwn = byLoader.test(word.name) || judgedElsewhere.test(word.name);
      return !isOwn && !stands.has(write(word));
    });
    const pending = configured.filter(word => !runs.has(write(word)));
    const [first] = lost;
    if (first !== undefined && !pending.some(({ name }) => name === first.name)) {
      return bad(`the kernel runs with ${lost.map(write).join(' ')}, which is set up nowhere`, {
        wants: `${lost.map(write).join(' ')} in ${variable}, or not at all`,
        so: 'it is gone after the next boot',
        parts: lost.map(word => ({ key: word.name, saw: write(word) })),
        otherwise: `If it is wanted: add it to ${variable} in /etc/default/grub, then ${apply}.`,
      });
    }
    const [next] = pending;
    if (next === undefined) return good;
    return bad(`${pending.map(write).join(' ')} is set up, and the kernel runs without`, {
      severity: 'info',
      wants: `a reboot${isXen ? ' (options of the hypervisor itself belong into GRUB_CMDLINE_XEN_DEFAULT)' : ''}`,
      so: 'what it is to do does not happen yet',
      parts: pending.map(word => ({
        key: word.name,
        saw: write(word),
        ...(word.place === undefined
          ? {}
          : { evidence: [{ from: word.place.file, value: write(word), place: word.place }] }),
      })),
      otherwise: `${apply}, then reboot; afterwards /proc/cmdline shows ${write(next)}.`,
    });
  },
  examples: [
    {
      name: 'huge pages set up, not yet booted',
      files: both('quiet hugepages=512', 'quiet'),
      expect: 'bad',
      severity: 'info',
    },
    { name: 'the same line', files: both('quiet', 'quiet'), expect: 'good' },
    {
      name: 'a word typed at the boot menu',
      files: both('quiet', 'quiet intel_iommu=on'),
      expect: 'bad',
      severity: 'warning',
    },
    {
      name: 'a value that was changed',
      files: both('intel_iommu=on', 'intel_iommu=off'),
      expect: 'bad',
      severity: 'info',
    },
    {
      name: 'one word, two values',
      files: both('iommu=pt iommu=off', 'iommu=pt iommu=off'),
      expect: 'bad',
      severity: 'warning',
    },
    { name: 'two consoles', files: both('console=tty0 console=ttyS0', 'console=tty0 console=ttyS0'), expect: 'good' },
    { name: 'no boot loader here', files: { '/etc/default/grub': null }, expect: 'not-applicable' },
    { name: 'not readable', files: { '/etc/default/grub': 'denied' }, expect: 'unknown' },
  ],
});
