import type { Change } from '#change/change';
import { makeSysctlLast } from '#change/kinds/lasting-sysctl';
import { defineRule } from '#check/define-rule';
import { meminfoFile, memoryXml } from '#check/reference/memory-files';
import { bad, good, type Severity, undecided } from '#check/verdict';
import { isCommitted } from '#model/derived/committed-guests';
import { memoryCommitment } from '#model/derived/memory-commitment';
import { sysctlAtBoot } from '#model/derived/sysctl-at-boot';
import type { Guest } from '#model/guest';
import { asFact, ifKnown, known, orAbsent, valueIfKnown } from '#model/known';
import { bytes, gib, printBytes, sumBytes } from '#units/bytes';

const sysctl = (name: string, value: string) => ({ [`/proc/sys/vm/${name}`]: value });
const large = meminfoFile({ total: 128, available: 100 });
const cached = (cache: string) =>
  `<devices><disk type='file' device='disk'><driver name='qemu' type='qcow2' ${cache}/><source file='/g.qcow2'/><target dev='vda' bus='virtio'/></disk></devices>`;

/** Disks whose writes gather in the page cache of the host; without a word libvirt and QEMU take writeback. */
const cachedDisks = (guest: Guest): readonly string[] =>
  valueIfKnown(isCommitted(guest)) === true
    ? (valueIfKnown(guest.config.disks) ?? [])
        .filter(disk => disk.device === 'disk' && !disk.isReadOnly && disk.type !== 'network')
        .filter(({ cache = 'default' }) => ['default', 'writeback', 'unsafe'].includes(cache))
        .map(({ target }) => `${guest.name}/${target}`)
    : [];

interface Finding {
  readonly key: string;
  readonly severity: Severity;
  readonly saw: string;
  readonly wants: string;
  readonly so: string;
  readonly fix?: readonly Change[];
  readonly otherwise?: string;
}

export default defineRule({
  id: 'host-memory/vm-sysctls',
  subject: 'host',
  guide: [],
  beyond:
    'Four switches of the memory management decide for all guests at once, and no guest shows which one it suffers from.',
  severity: 'warning',
  says: 'The kernel reclaims memory from all nodes, promises what guests are promised, and writes dirty pages out in time.',
  because:
    'zone_reclaim_mode empties the near node while another is free; strict accounting refuses guests; 20 % of a large host written at once stalls all disks.',
  sources: [
    { grade: 'documented', at: 'linux: admin-guide/sysctl/vm.rst, zone_reclaim_mode, overcommit_memory, dirty_bytes' },
    { grade: 'documented', at: 'linux: mm/overcommit-accounting.rst, mode 2' },
  ],
  when: { hypervisor: 'kvm' },
  intents: {},
  params: {
    largeGib: { default: 128, unit: 'GiB', why: 'where a fifth of memory is more than disks write in half a minute' },
    dirtyRatio: { default: 20, unit: '% of available memory', why: 'the kernel’s own value' },
    dirtyGib: { default: 1, unit: 'GiB', why: 'what a disk array writes in a second or two' },
  },
  costs: [
    'They hold for the whole host, not only for guests.',
    'dirty_bytes: programs that write much are held up sooner.',
  ],
  needs: {
    sysctls: ({ host }) => known(host.kernel.sysctls),
    zone: ({ host }) => orAbsent(host.kernel.sysctls['vm.zone_reclaim_mode'].running),
    overcommit: ({ host }) => orAbsent(host.kernel.sysctls['vm.overcommit_memory'].running),
    ratio: ({ host }) => ifKnown(host.kernel.sysctls['vm.overcommit_ratio'].running),
    dirtyRatio: ({ host }) => orAbsent(host.kernel.sysctls['vm.dirty_ratio'].running),
    total: ({ host }) => host.memory.total,
    hugetlb: ({ host }) => ifKnown(host.memory.hugetlb),
    swaps: ({ host }) => ifKnown(host.memory.swaps),
    commitment: ({ host, guests }) => asFact(memoryCommitment(host, guests)),
    guests: ({ guests }) => ifKnown(guests),
    boot: ({ host }) => ifKnown(sysctlAtBoot(host, 'vm.zone_reclaim_mode')),
  },
  check(
    { zone, overcommit, ratio, dirtyRatio, total, hugetlb = bytes(0), swaps = [], commitment, guests = [], boot },
    { params },
  ) {
    const found: Finding[] = [];
    if (overcommit?.trim() === '2') {
      const limit = bytes(
        Math.floor(((total - hugetlb) * Number(ratio ?? 50)) / 100) + sumBytes(swaps.map(area => area.size)),
      );
      const demand = commitment.state === 'known' ? commitment.value.demand : bytes(0);
      if (demand > limit)
        found.push({
          key: 'vm.overcommit_memory',
          severity: 'error',
          saw: `the kernel promises ${printBytes(limit)} of memory (overcommit_memory 2), and guests want ${printBytes(demand)}`,
          wants: 'overcommit_memory 0',
          so: 'guests do not start: “cannot set up guest memory: Cannot allocate memory”',
          otherwise: 'sysctl -w vm.overcommit_memory=0, or raise vm.overcommit_ratio; the same in /etc/sysctl.d.',
        });
      else if (commitment.state === 'unknown') return undecided(commitment.reason, commitment.remedy);
    }
    if (zone !== undefined && zone.trim() !== '0')
      found.push({
        key: 'vm.zone_reclaim_mode',
        severity: 'warning',
        saw: `a full node is emptied while others have memory (zone_reclaim_mode ${zone.trim()})`,
        wants: 'zone_reclaim_mode 0',
        so: 'page cache and guests of that node are reclaimed again and again',
        ...makeSysctlLast('vm.zone_reclaim_mode', zone.trim(), '0', boot),
      });
    const disks = guests.flatMap(cachedDisks);
    const dirty = Number(dirtyRatio ?? 0);
    if (dirty >= params.dirtyRatio && total >= gib(params.largeGib) && disks.length > 0)
      found.push({
        key: 'vm.dirty_ratio',
        severity: 'hint',
        saw: `up to ${printBytes(bytes(Math.floor((total * dirty) / 100)))} may wait to be written (dirty_ratio ${dirty}), with cached disks (${disks[0]})`,
        wants: `dirty_bytes ${gib(params.dirtyGib)}`,
        so: 'all guests stall when it is written at once',
        otherwise: `sysctl -w vm.dirty_bytes=${gib(params.dirtyGib)}; the same in /etc/sysctl.d. Undo: sysctl -w vm.dirty_ratio=${dirty}.`,
      });
    const [worst] = found;
    if (worst === undefined) return good;
    const otherwise = found.flatMap(one => one.otherwise ?? []).join(' ');
    return bad(worst.saw, {
      severity: worst.severity,
      wants: found.map(one => one.wants).join(', '),
      so: worst.so,
      parts: found.map(({ key, saw }) => ({ key, saw })),
      fix: found.flatMap(one => one.fix ?? []),
      ...(otherwise === '' ? {} : { otherwise }),
    });
  },
  examples: [
    {
      name: 'zone_reclaim_mode 1',
      files: sysctl('zone_reclaim_mode', '1'),
      expect: 'bad',
      fixes: ['sysctl', 'sysctl-file'],
    },
    { name: 'the kernel’s own values', expect: 'good' },
    {
      name: 'strict accounting',
      files: sysctl('overcommit_memory', '2'),
      guest: memoryXml(42),
      expect: 'bad',
      severity: 'error',
    },
    {
      name: 'strict accounting with room',
      files: sysctl('overcommit_memory', '2'),
      guest: memoryXml(32),
      expect: 'good',
    },
    { name: '128 GiB, a cached disk', files: large, guest: cached(''), expect: 'bad', severity: 'hint' },
    { name: '128 GiB, cache none', files: large, guest: cached("cache='none'"), expect: 'good' },
    { name: '64 GiB, a cached disk', guest: cached(''), expect: 'good' },
    {
      name: 'dirty_bytes instead',
      files: { ...large, ...sysctl('dirty_ratio', '0') },
      guest: cached(''),
      expect: 'good',
    },
    { name: 'not readable', files: sysctl('zone_reclaim_mode', 'denied'), expect: 'unknown' },
  ],
});
