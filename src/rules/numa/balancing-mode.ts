import { setService } from '#change/kinds/service';
import { makeSysctlLast } from '#change/recipes/lasting-sysctl';
import { defineRule } from '#check/define-rule';
import { hostIntent } from '#check/host-intent';
import { bad, good, undecided } from '#check/verdict';
import { sysctlAtBoot } from '#model/derived/sysctl-at-boot';
import { committedPlacements, type PlacedGuest } from '#model/derived/vcpu-placement';
import { ifKnown, valueIfKnown } from '#model/known';

const name = 'kernel.numa_balancing';
const set = (value: number) => ({ '/proc/sys/kernel/numa_balancing': String(value) });
const numad = {
  '/usr/lib/systemd/system/numad.service': '[Service]\nExecStart=/bin/true\n',
  '/etc/systemd/system/multi-user.target.wants/numad.service': '-> /usr/lib/systemd/system/numad.service',
  '/run/systemd/units/invocation:numad.service': '-> 0',
};
const bound =
  "<cputune><vcpupin vcpu='0' cpuset='1'/><vcpupin vcpu='1' cpuset='2'/></cputune><numatune><memory mode='strict' nodeset='0'/></numatune>";

/** Whether there is nothing to balance: vCPUs and memory of the guest cannot move. */
function isBound({ guest, placement }: PlacedGuest): boolean {
  const memory = valueIfKnown(guest.config.numatune)?.memory;
  return placement.unpinned === 0 && memory?.nodeset !== undefined && memory.mode === 'strict';
}

export default defineRule({
  id: 'numa/balancing-mode',
  subject: 'host',
  guide: ['4.6.1'],
  severity: 'hint',
  says: 'The kernel moves memory to the CPUs that use it where guests float, and leaves it alone where they must not be stopped.',
  because:
    'Balancing brings memory and vCPUs together at the price of page faults: worth it for guests that float, a loss for guests that are bound.',
  sources: [
    { grade: 'documented', at: 'SUSE Virtualization Best Practices, 4.6.1' },
    {
      grade: 'documented',
      at: 'linux: admin-guide/sysctl/kernel.rst, numa_balancing: bit 0 normal, bit 1 tiering (5.18)',
    },
  ],
  when: { hypervisor: 'kvm', numaNodes: '>=2' },
  intents: {
    general: { level: 'should', want: '1' },
    database: { level: 'neutral', want: '1, or 0 where all are bound' },
    latency: { level: 'should', want: '0' },
    density: { level: 'should', want: '1' },
    desktop: { level: 'should', want: '1' },
    migratable: { level: 'should', want: '1' },
    hpc: { level: 'should', want: '0' },
  },
  params: {},
  costs: ['Off: memory of guests that float stays where it is, remote or not.', 'On: page faults while it scans.'],
  needs: {
    running: ({ host }) => host.kernel.sysctls[name].running,
    boot: ({ host }) => ifKnown(sysctlAtBoot(host, name)),
    placed: ({ guests }) => committedPlacements(guests),
    services: ({ host }) => ifKnown(host.services),
  },
  check({ running, boot, placed, services = [] }, { intents }) {
    const value = Number(running.trim());
    if (!Number.isInteger(value)) return undecided(`numa_balancing reads ${running.trim()}`);
    const isOn = (value & 1) === 1;
    const intent = hostIntent(intents);
    const floating = placed.filter(one => !isBound(one));
    const isQuick = intent === 'latency' || intent === 'hpc';
    const wantsOff = isQuick || (placed.length > 0 && floating.length === 0);
    const numad = services.find(unit => unit.name === 'numad.service' && unit.isActive === true);
    if (isOn && !wantsOff && numad !== undefined) {
      const { isEnabled = false } = numad;
      return bad('numad and the kernel (numa_balancing 1) both move guests between nodes', {
        severity: 'warning',
        wants: 'one of them',
        so: 'each undoes what the other does',
        fix: [setService(numad.name, { isEnabled, isActive: true }, { isEnabled: false, isActive: false })],
      });
    }
    if (isOn === !wantsOff) return good;
    const to = wantsOff ? value & ~1 : value | 1;
    if (wantsOff) {
      return bad(`the kernel moves memory between nodes (${name} ${value})`, {
        wants: isQuick ? `${to} for ${intent} guests` : `${to}: all ${placed.length} guests are bound to nodes`,
        so: isQuick ? 'scanning stops the guests with page faults' : 'it scans for nothing',
        ...makeSysctlLast(name, running.trim(), String(to), boot),
      });
    }
    if (numad !== undefined || floating.length === 0) return good;
    return bad(`the kernel leaves memory on other nodes (${name} ${value}), and ${floating.length} guests float`, {
      severity: 'warning',
      wants: `${to}`,
      so: 'a vCPU that the scheduler moved to another node leaves its memory behind',
      ...makeSysctlLast(name, running.trim(), String(to), boot),
    });
  },
  examples: [
    {
      name: 'off, and guests float',
      files: set(0),
      expect: 'bad',
      severity: 'warning',
      fixes: ['sysctl', 'sysctl-file'],
    },
    { name: 'on', expect: 'good' },
    { name: 'tiering alone', files: set(2), expect: 'bad', severity: 'warning' },
    { name: 'on, and numad too', files: numad, expect: 'bad', severity: 'warning', fixes: ['service'] },
    { name: 'off, and numad', files: { ...set(0), ...numad }, expect: 'good' },
    { name: 'both bits', files: set(3), expect: 'good' },
    { name: 'on, and all are bound', guest: bound, expect: 'bad', severity: 'hint', fixes: ['sysctl', 'sysctl-file'] },
    { name: 'off, and all are bound', guest: bound, files: set(0), expect: 'good' },
    { name: 'on, for latency', intents: ['latency'], expect: 'bad', severity: 'hint' },
    { name: 'off, for hpc', intents: ['hpc'], files: set(0), expect: 'good' },
    {
      name: 'one node',
      files: { ...set(0), '/sys/devices/system/node/online': '0', '/sys/devices/system/node/node1/': null },
      expect: 'not-applicable',
    },
    { name: 'a kernel without it', files: { '/proc/sys/kernel/numa_balancing': null }, expect: 'not-applicable' },
    { name: 'not readable', files: { '/proc/sys/kernel/numa_balancing': 'denied' }, expect: 'unknown' },
  ],
});
