import { defineRule } from '#check/define-rule';
import { meminfoFile, memoryXml } from '#check/reference/memory-files';
import { bad, good } from '#check/verdict';
import { diskSwap } from '#model/derived/disk-swap';
import { ksmSaved } from '#model/derived/ksm-saved';
import { isOvercommitted, memoryCommitment } from '#model/derived/memory-commitment';
import { ifKnown } from '#model/known';
import { bytes, gib, lessBytes, mib, printBytes } from '#units/bytes';

const swap = (gibCount: number, device = '/dev/sda2') => ({
  '/proc/swaps': `Filename Type Size Used Priority\n${gibCount === 0 ? '' : `${device} partition ${gibCount * 1048576 - 4} 0 -2\n`}`,
});
const zram = { '/sys/block/zram0/dev': '253:0', ...swap(8, '/dev/zram0') };
const merged = {
  '/sys/kernel/mm/ksm/run': '1',
  '/sys/kernel/mm/ksm/pages_sharing': '1310720',
  ...meminfoFile({ available: 2 }),
};
const btrfs = { '/proc/self/mounts': '/dev/sda1 / btrfs rw 0 0\n' };

export default defineRule({
  id: 'host-memory/swap-present',
  subject: 'host',
  guide: ['4.2'],
  severity: 'warning',
  says: 'The host has swap on a disk, enough for what may be asked of memory at once.',
  because: 'Without swap the OOM killer ends the largest process when memory gets short, and that is a guest.',
  sources: [
    { grade: 'documented', at: 'SUSE Virtualization Best Practices, 4.2: a minimum swap is highly recommended' },
    { grade: 'documented', at: 'btrfs: Swapfile: a subvolume with an active swap file cannot be snapshotted' },
  ],
  intents: {
    general: { level: 'should' },
    database: { level: 'should', want: 'with swappiness of at most 10' },
    latency: { level: 'should', want: 'small' },
    density: { level: 'must', want: 'large' },
    desktop: { level: 'should' },
    migratable: { level: 'should' },
    hpc: { level: 'should', want: 'small' },
  },
  params: {
    share: { default: 0.05, unit: 'of MemTotal', why: 'what is idle on most hosts' },
    leastGib: { default: 2, unit: 'GiB', why: 'less is used up before anyone notices' },
    mostGib: { default: 16, unit: 'GiB', why: 'more is only read back slowly' },
  },
  costs: ['Disk space.', 'A guest that is swapped in again waits for the disk.'],
  departs: [
    {
      guideSays: 'A minimum swap is highly recommended; how much is not said.',
      truth:
        'What may be asked at once is what guests are promised beyond memory, and what KSM saves now. A swap that is compressed memory (zram) takes from what it should relieve.',
      source: 'linux: admin-guide/mm/ksm.rst (writes break shared pages); admin-guide/blockdev/zram.rst',
      errata: ['X59'],
      guideCheck: 'any swap on a disk passes',
    },
  ],
  needs: {
    total: ({ host }) => host.memory.total,
    swap: ({ host }) => diskSwap(host.memory),
    areas: ({ host }) => host.memory.swaps,
    available: ({ host }) => ifKnown(host.memory.available),
    commitment: ({ host, guests }) => ifKnown(memoryCommitment(host, guests)),
    saved: ({ host }) => ifKnown(ksmSaved(host.memory)),
    mounts: ({ host }) => ifKnown(host.mounts),
  },
  check({ total, swap: { size }, areas, available, commitment, saved = bytes(0), mounts }, { params, policy }) {
    const share = Math.min(gib(params.mostGib), Math.max(gib(params.leastGib), Math.floor(total * params.share)));
    const beyond = commitment === undefined ? 0 : lessBytes(commitment.demand, commitment.capacity);
    const wanted = bytes(Math.max(share, beyond, saved));
    // the kernel counts a page less than the partition has
    if (size + mib(1) >= wanted || (policy === 'guide' && size > 0)) return good;
    const isOver = commitment !== undefined && isOvercommitted(commitment);
    const isDangerous = isOver || (available !== undefined && saved > available);
    const more = Math.ceil((wanted - size) / gib(1));
    const why = [
      ...(isOver ? [`guests are promised ${printBytes(bytes(beyond))} more than there is`] : []),
      ...(saved > 0 ? [`KSM saves ${printBytes(saved)}`] : []),
    ].join(', ');
    const isBtrfs = mounts?.findLast(({ target }) => target === '/')?.type === 'btrfs';
    const file = isBtrfs ? '/swap/swapfile' : '/swapfile';
    const steps = [
      ...(isBtrfs ? ['btrfs subvolume create /swap', `truncate -s 0 ${file}`, `chattr +C ${file}`] : []),
      `fallocate -l ${more}G ${file}`,
      `chmod 600 ${file}`,
      `mkswap ${file}`,
      `swapon ${file}`,
    ];
    const none = areas.length > 0 ? 'the only swap is compressed memory (zram)' : 'there is no swap';
    const saw = size === 0 ? none : `there is only ${printBytes(size)} of swap`;
    return bad(`${saw}${why === '' ? '' : ` while ${why}`}`, {
      severity: size > 0 ? 'hint' : isDangerous ? 'error' : 'warning',
      wants: `${printBytes(wanted)} on a disk`,
      so: 'when memory gets short the OOM killer ends a guest',
      otherwise: `Add ${more} GiB: best a partition or volume. As a file: ${steps.join('; ')}; and “${file} none swap defaults 0 0” in /etc/fstab.`,
    });
  },
  examples: [
    { name: 'none', files: swap(0), expect: 'bad', severity: 'warning' },
    {
      name: 'none, more promised than there is',
      files: swap(0),
      guest: memoryXml(80),
      expect: 'bad',
      severity: 'error',
    },
    {
      name: 'none, and KSM saves more than is free',
      files: { ...merged, ...swap(0) },
      expect: 'bad',
      severity: 'error',
    },
    { name: 'only zram', files: zram, expect: 'bad', severity: 'warning' },
    { name: '4 GiB', files: swap(4), expect: 'good' },
    { name: '2 GiB on a host of 64 GiB', files: { ...swap(2), ...btrfs }, expect: 'bad', severity: 'hint' },
    { name: '2 GiB by the guide', policy: 'guide', files: swap(2), expect: 'good' },
    {
      name: 'none, guests unknown',
      files: swap(0),
      libvirt: { noGuests: 'no answer' },
      expect: 'bad',
      severity: 'warning',
    },
    { name: 'not readable', files: { '/proc/swaps': 'denied' }, expect: 'unknown' },
  ],
});
