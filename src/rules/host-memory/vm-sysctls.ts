import type { Change } from '#change/change';
import { makeDirtyLimitLast } from '#change/recipes/lasting-dirty-limit';
import { makeSysctlLast } from '#change/recipes/lasting-sysctl';
import { defineRule } from '#check/define-rule';
import { meminfoFile, memoryXml } from '#check/reference/memory-files';
import { bad, good, type Severity, undecided } from '#check/verdict';
import { cachedDisks } from '#model/derived/cached-disks';
import { commitLimit } from '#model/derived/commit-limit';
import { memoryCommitment } from '#model/derived/memory-commitment';
import { sysctlAtBoot } from '#model/derived/sysctl-at-boot';
import { asFact, ifKnown, known, orAbsent, valueIfKnown } from '#model/known';
import { bytes, gib, printBytes } from '#units/bytes';

const sysctl = (name: string, value: string) => ({ [`/proc/sys/vm/${name}`]: value });
const large = meminfoFile({ total: 128, available: 100 });
const cached = (cache: string) =>
  `<devices><disk type='file'><driver name='qemu' type='qcow2' ${cache}/><source file='/g'/><target dev='vda'/></disk></devices>`;

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
    zone: ({ host }) => orAbsent(host.kernel.sysctls['vm.zone_reclaim_mode'].running),
    overcommit: ({ host }) => orAbsent(host.kernel.sysctls['vm.overcommit_memory'].running),
    limit: ({ host }) => asFact(commitLimit(host)),
    dirtyRatio: ({ host }) => orAbsent(host.kernel.sysctls['vm.dirty_ratio'].running),
    total: ({ host }) => host.memory.total,
    commitment: ({ host, guests }) => asFact(memoryCommitment(host, guests)),
    guests: ({ guests }) => ifKnown(guests),
    boot: ({ host }) =>
      known({
        zone: valueIfKnown(sysctlAtBoot(host, 'vm.zone_reclaim_mode')),
        overcommit: valueIfKnown(sysctlAtBoot(host, 'vm.overcommit_memory')),
        dirtyBytes: valueIfKnown(sysctlAtBoot(host, 'vm.dirty_bytes')),
        dirtyRatio: valueIfKnown(sysctlAtBoot(host, 'vm.dirty_ratio')),
      }),
  },
  check({ zone, overcommit, limit, dirtyRatio, total, commitment, guests = [], boot }, { params }) {
    const found: Finding[] = [];
    if (overcommit?.trim() === '2') {
      if (limit.state === 'unknown') return undecided(limit.reason, limit.remedy);
      const most = valueIfKnown(limit) ?? bytes(0);
      const demand = valueIfKnown(commitment)?.demand ?? bytes(0);
      if (demand > most)
        found.push({
          key: 'vm.overcommit_memory',
          severity: 'error',
          saw: `the kernel promises ${printBytes(most)} of memory (overcommit_memory 2), and guests want ${printBytes(demand)}`,
          wants: 'overcommit_memory 0, or a higher overcommit_ratio',
          so: 'guests do not start: “cannot set up guest memory: Cannot allocate memory”',
          ...makeSysctlLast('vm.overcommit_memory', '2', '0', boot.overcommit),
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
        ...makeSysctlLast('vm.zone_reclaim_mode', zone.trim(), '0', boot.zone),
      });
    const disks = cachedDisks(guests);
    const dirty = Number(dirtyRatio ?? 0);
    if (dirty >= params.dirtyRatio && total >= gib(params.largeGib) && disks.length > 0)
      found.push({
        key: 'vm.dirty_ratio',
        severity: 'hint',
        saw: `up to ${printBytes(bytes(Math.floor((total * dirty) / 100)))} may wait to be written (dirty_ratio ${dirty}), with cached disks (${disks[0]})`,
        wants: `dirty_bytes ${gib(params.dirtyGib)}`,
        so: 'all guests stall when it is written at once',
        ...makeDirtyLimitLast(
          'vm.dirty',
          { ratio: dirty },
          { bytes: gib(params.dirtyGib) },
          { bytes: boot.dirtyBytes, ratio: boot.dirtyRatio },
        ),
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
    {
      name: '128 GiB, a cached disk',
      files: large,
      guest: cached(''),
      expect: 'bad',
      severity: 'hint',
      fixes: ['dirty-limit', 'dirty-limit-file'],
    },
    {
      name: 'the same, and a file that sets the ratio after ours',
      files: { ...large, '/etc/sysctl.d/99-site.conf': 'vm.dirty_ratio = 20' },
      guest: cached(''),
      expect: 'bad',
      severity: 'hint',
      fixes: ['dirty-limit'],
    },
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
