import { defineRule } from '#check/define-rule';
import { bad, good, notApplicable } from '#check/verdict';
import { diskSwap } from '#model/derived/disk-swap';
import { ksmSaved } from '#model/derived/ksm-saved';
import { bytes, gib, printBytes } from '#units/bytes';

const pagesOf = (gibCount: number): string => String((gibCount * 1024 ** 3) / 4096);
const ksm = (savedGib: number): Record<string, string> => ({
  '/sys/kernel/mm/ksm/run': '1',
  '/sys/kernel/mm/ksm/pages_sharing': pagesOf(savedGib),
});
const meminfo = (availableGib: number): Record<string, string> => ({
  '/proc/meminfo': `MemTotal: 67108864 kB\nMemAvailable: ${availableGib * 1048576} kB\nHugepagesize: 2048 kB\nHugetlb: 0 kB`,
});
const swaps = (size: number): Record<string, string> => ({
  '/proc/swaps': `Filename Type Size Used Priority\n/dev/sda2 partition ${size * 1048576} 0 -2`,
});

export default defineRule({
  id: 'overcommit/ksm-swap-backstop',
  subject: 'host',
  guide: ['4.1.4'],
  severity: 'error',
  says: 'Swap holds what KSM saves.',
  because:
    'When merged pages stop being equal each guest needs its own copy again, and memory that was never there is asked for.',
  sources: [
    {
      grade: 'documented',
      at: 'SUSE Virtualization Best Practices, 4.1.4: reserve enough swap in case shareable memory decreases',
    },
    { grade: 'documented', at: 'linux: admin-guide/mm/ksm.rst, pages_sharing, ksm_zero_pages' },
    { grade: 'documented', at: 'btrfs: Swapfile: a subvolume with an active swap file cannot be snapshotted' },
  ],
  when: { hypervisor: 'kvm' },
  intents: { density: { level: 'must' } },
  params: {},
  costs: ['Disk space for swap.'],
  needs: {
    ksm: ({ host }) => host.memory.ksm,
    saved: ({ host }) => ksmSaved(host.memory),
    available: ({ host }) => host.memory.available,
    swap: ({ host }) => diskSwap(host.memory),
  },
  check({ ksm: { run }, saved, available, swap }) {
    if (run !== 1 || saved === 0) return notApplicable('KSM merges nothing');
    if (swap.free >= saved) return good;
    const more = bytes(Math.ceil((saved - swap.free) / gib(1)) * gib(1));
    const isDangerous = available + swap.free < saved;
    return bad(`KSM saves ${printBytes(saved)} and only ${printBytes(swap.free)} of swap is free`, {
      severity: isDangerous ? 'error' : 'warning',
      wants: `${printBytes(more)} of swap more`,
      so: isDangerous
        ? `available memory (${printBytes(available)}) and swap together do not hold it: the OOM killer ends guests when pages stop being equal`
        : 'available memory holds it now, not when guests use more',
      otherwise: `Add ${printBytes(more)} of swap: a partition or volume with mkswap and swapon, and a line in /etc/fstab. On btrfs a swap file needs a subvolume of its own that is not snapshotted.`,
    });
  },
  examples: [
    {
      name: '20 GiB saved, 2 GiB of swap, 4 GiB available',
      files: { ...ksm(20), ...meminfo(4), ...swaps(2) },
      expect: 'bad',
      severity: 'error',
    },
    {
      name: 'memory holds it for now',
      files: { ...ksm(20), ...meminfo(30), ...swaps(2) },
      expect: 'bad',
      severity: 'warning',
    },
    { name: '24 GiB of swap', files: { ...ksm(20), ...meminfo(4), ...swaps(24) }, expect: 'good' },
    { name: 'nothing merged', files: { '/sys/kernel/mm/ksm/run': '1' }, expect: 'not-applicable' },
    { name: 'no right to read', files: { ...ksm(20), '/proc/swaps': 'denied' }, expect: 'unknown' },
  ],
});
