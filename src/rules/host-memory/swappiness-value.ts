import { setSysfs } from '#change/kinds/sysfs';
import { makeSysctlLast } from '#change/recipes/lasting-sysctl';
import { defineRule } from '#check/define-rule';
import { hostIntent } from '#check/host-intent';
import { memoryXml } from '#check/reference/memory-files';
import { bad, good, notApplicable, undecided } from '#check/verdict';
import { isOvercommitted, memoryCommitment } from '#model/derived/memory-commitment';
import { sysctlAtBoot } from '#model/derived/sysctl-at-boot';
import { asFact, ifKnown, mapKnown, orAbsent } from '#model/known';
import type { CgroupSwappiness } from '#model/memory';

const name = 'vm.swappiness';
const now = (value: number) => ({ '/proc/sys/vm/swappiness': String(value) });
const zram = {
  '/sys/block/zram0/dev': '253:0',
  '/proc/swaps': 'Filename Type Size Used Priority\n/dev/zram0 partition 8388604 0 100\n',
};
const none = { '/proc/swaps': 'Filename Type Size Used Priority\n' };
const ksm = { '/sys/kernel/mm/ksm/run': '1' };
const cgroup1 = (guest: number) => ({
  '/sys/fs/cgroup/cgroup.controllers': null,
  '/sys/fs/cgroup/memory/memory.swappiness': '60',
  '/sys/fs/cgroup/memory/machine.slice/machine-qemu-1.scope/memory.swappiness': String(guest),
});
const ranges = {
  latency: ['steadyLow', 'steadyHigh'],
  hpc: ['steadyLow', 'steadyHigh'],
  database: ['steadyLow', 'steadyHigh'],
  migratable: ['low', 'high'],
  general: ['low', 'high'],
  desktop: ['sharedLow', 'high'],
  density: ['sharedLow', 'denseHigh'],
} as const;

export default defineRule({
  id: 'host-memory/swappiness-value',
  subject: 'host',
  guide: ['4.2.1'],
  severity: 'hint',
  says: 'The host swaps as readily as its guests can bear.',
  because:
    'A high value swaps guests out for page cache, which they feel; 0 leaves nothing to give when memory is short.',
  sources: [
    { grade: 'documented', at: 'linux: admin-guide/sysctl/vm.rst, swappiness' },
    { grade: 'documented', at: 'linux: mm/memcontrol.c, mem_cgroup_swappiness: of each cgroup of version 1' },
    { grade: 'documented', at: 'SUSE Virtualization Best Practices, 4.2.1: for example 35' },
  ],
  scope: {
    says: 'hosts whose own memory holds the guests: not Xen',
    holds: ({ host }) => mapKnown(orAbsent(host.hypervisor), hypervisor => hypervisor !== 'xen'),
  },
  intents: {
    general: { level: 'should', want: '10 to 60' },
    database: { level: 'should', want: 'at most 10' },
    latency: { level: 'should', want: 'at most 10' },
    density: { level: 'should', want: '35 to 100' },
    desktop: { level: 'should', want: '35 to 60' },
    migratable: { level: 'should', want: '10 to 60' },
    hpc: { level: 'should', want: 'at most 10' },
  },
  params: {
    steadyLow: { default: 0, unit: 'vm.swappiness', why: 'swap only where nothing else is left' },
    steadyHigh: { default: 10, unit: 'vm.swappiness', why: 'database, latency, hpc: hardly ever swap a guest' },
    low: { default: 10, unit: 'vm.swappiness', why: 'below it the host drops page cache that guests’ disks need' },
    high: { default: 60, unit: 'vm.swappiness', why: 'the kernel’s own value' },
    sharedLow: {
      default: 35,
      unit: '',
      why: 'density, desktop: idle guests make room for busy ones; the guide’s example',
    },
    denseHigh: { default: 100, unit: 'vm.swappiness', why: 'pages of guests and page cache count alike' },
    zramHigh: { default: 180, unit: 'vm.swappiness', why: 'compressed memory is faster than reading a file again' },
    diskHigh: { default: 199, unit: 'vm.swappiness', why: '200 says that swapping costs nothing' },
  },
  costs: ['Less page cache, or more swapping.', 'On cgroup version 1 running guests keep their value.'],
  departs: [
    {
      guideSays: '200 finds inactive pages and swaps them, 0 disables swapping.',
      truth: '0 swaps when free memory and file pages get scarce, 200 says that swapping is free; swapoff ends it.',
      source: 'linux: admin-guide/sysctl/vm.rst, swappiness',
      errata: ['X20'],
      guideParams: { steadyHigh: 200, low: 0, high: 200, sharedLow: 0, denseHigh: 200, zramHigh: 200, diskHigh: 200 },
    },
    {
      guideSays: 'Change /proc/sys/vm/swappiness and watch.',
      truth:
        'On cgroup v1 each guest has a memory.swappiness of its own, copied when it starts: running guests do not see the change.',
      source: 'linux: mm/swap.h, mem_cgroup_swappiness',
      errata: ['X69'],
      guideCheck: 'only vm.swappiness counts, not what running guests have',
    },
  ],
  needs: {
    running: ({ host }) => host.kernel.sysctls[name].running,
    swaps: ({ host }) => host.memory.swaps,
    cgroups: ({ host }) => asFact(host.memory.cgroupSwappiness),
    ksm: ({ host }) => ifKnown(host.memory.ksm),
    commitment: ({ host, guests }) => ifKnown(memoryCommitment(host, guests)),
    boot: ({ host }) => ifKnown(sysctlAtBoot(host, name)),
  },
  check({ running: text, swaps, cgroups, ksm: merging, commitment, boot }, { intents, params, policy }) {
    if (swaps.length === 0) return notApplicable('there is no swap');
    const running = Number(text.trim());
    const intent = hostIntent(intents);
    const others = intents.filter(one => one !== intent);
    const isZram = swaps.every(area => area.isZram);
    const [lowest, highest] = ranges[intent];
    const low = params[lowest];
    const high = isZram ? params.zramHigh : params[highest];
    const target = Math.min(high, Math.max(low, running));
    const over = others.length > 0 ? ` (${intent} goes before ${others.join(', ')})` : '';
    const set = (value: number) => ({
      wants: `${low} to ${high} for ${intent}${over}`,
      ...makeSysctlLast(name, text.trim(), String(value), boot),
    });
    const isShort = (commitment !== undefined && isOvercommitted(commitment)) || merging?.run === 1;
    if (running === 0 && isShort && policy === 'current') {
      const why = merging?.run === 1 ? 'KSM runs' : 'more memory is promised than there is';
      const so = 'the host drops its page cache and then swaps all at once';
      return bad(`vm.swappiness is 0 while ${why}`, { severity: 'warning', so, ...set(Math.max(low, 1)) });
    }
    if (running > params.diskHigh && !isZram) {
      const saw = `vm.swappiness is ${running}: guests are swapped to disk as if that cost nothing`;
      return bad(saw, { severity: 'warning', ...set(target) });
    }
    if (running < low || running > high) return bad(`vm.swappiness is ${running}, for ${intent} guests`, set(target));
    if (cgroups.state === 'unknown') return undecided(cgroups.reason, cgroups.remedy);
    const apart = cgroups.state === 'known' ? cgroups.value.filter(({ swappiness }) => swappiness !== running) : [];
    const [first] = apart;
    if (first === undefined || policy === 'guide') return good;
    const setOne = ({ cgroup, swappiness }: CgroupSwappiness) =>
      setSysfs(`/sys/fs/cgroup/memory/${cgroup}/memory.swappiness`, String(swappiness), String(running))[0];
    return bad(`running guests have a swappiness of their own: ${first.swappiness}, not ${running} (${first.cgroup})`, {
      severity: 'warning',
      wants: `${running} for each`,
      so: 'a cgroup of version 1 keeps the value that was set when the guest started',
      parts: apart.map(({ cgroup, swappiness }) => ({ key: cgroup, saw: String(swappiness) })),
      fix: apart.map(setOne),
    });
  },
  examples: [
    { name: 'density, 0', files: now(0), intents: ['density'], expect: 'bad', fixes: ['sysctl', 'sysctl-file'] },
    { name: 'density, 35', files: now(35), intents: ['density'], expect: 'good' },
    { name: 'the kernel default', expect: 'good' },
    { name: 'the kernel default, a database', intents: ['general', 'database'], expect: 'bad', severity: 'hint' },
    { name: 'a database, 10', files: now(10), intents: ['database'], expect: 'good' },
    { name: '0 and KSM', files: { ...now(0), ...ksm }, expect: 'bad', severity: 'warning' },
    { name: '0 and overcommitted', files: now(0), guest: memoryXml(80), expect: 'bad', severity: 'warning' },
    { name: '200 on a disk', files: now(200), expect: 'bad', severity: 'warning' },
    { name: '180 on zram', files: { ...now(180), ...zram }, expect: 'good' },
    { name: '0 by the guide', policy: 'guide', files: { ...now(0), ...ksm }, expect: 'good' },
    { name: 'cgroup version 1, another value', files: cgroup1(10), expect: 'bad', fixes: ['sysfs'] },
    { name: 'cgroup version 1, the same', files: cgroup1(60), expect: 'good' },
    { name: 'no swap', files: none, expect: 'not-applicable' },
    { name: 'not readable', files: { '/proc/sys/vm/swappiness': 'denied' }, expect: 'unknown' },
  ],
});
