import { setSysfs } from '#change/kinds/sysfs';
import { makeSysctlLast, type SysctlChanges } from '#change/recipes/lasting-sysctl';
import { defineRule } from '#check/define-rule';
import { bad, good, notApplicable, undecided } from '#check/verdict';
import { sysctlAtBoot } from '#model/derived/sysctl-at-boot';
import { asFact, ifKnown, known, valueIfKnown } from '#model/known';
import { isInRange } from '#units/version';

const folder = '/sys/kernel/debug/sched/numa_balancing';
const scan = (values: Readonly<Record<string, number>> = {}) => ({
  [`${folder}/scan_delay_ms`]: `${values['scan_delay_ms'] ?? 1000}`,
  [`${folder}/scan_period_min_ms`]: `${values['scan_period_min_ms'] ?? 1000}`,
  [`${folder}/scan_period_max_ms`]: `${values['scan_period_max_ms'] ?? 60000}`,
  [`${folder}/scan_size_mb`]: `${values['scan_size_mb'] ?? 256}`,
});
const old = (size: string) => ({
  '/proc/sys/kernel/osrelease': '5.3.18-150300.59.93-default',
  '/proc/sys/kernel/numa_balancing_scan_delay_ms': '1000',
  '/proc/sys/kernel/numa_balancing_scan_period_min_ms': '1000',
  '/proc/sys/kernel/numa_balancing_scan_period_max_ms': '60000',
  '/proc/sys/kernel/numa_balancing_scan_size_mb': size,
});
const inSysctl = { '/etc/sysctl.d/70-numa.conf': 'kernel.numa_balancing_scan_size_mb = 512' };
/** The kernel's own; linux: kernel/sched/fair.c. */
const defaults: Readonly<Record<string, number>> = {
  scan_delay_ms: 1000,
  scan_period_min_ms: 1000,
  scan_period_max_ms: 60000,
  scan_size_mb: 256,
};
const names = Object.keys(defaults);

const together = (changes: readonly SysctlChanges[]): SysctlChanges => {
  const otherwise = changes.flatMap(change => change.otherwise ?? []);
  const fix = changes.flatMap(change => change.fix);
  return otherwise.length === 0 ? { fix } : { fix, otherwise: otherwise.join(' ') };
};

export default defineRule({
  id: 'numa/balancing-scan-rates',
  subject: 'host',
  guide: ['4.6.1'],
  severity: 'info',
  says: 'NUMA balancing scans at rates that make sense, and what is set is where the kernel reads it.',
  because:
    'A size of 0 lets the kernel divide by zero, a shortest period above the longest makes no sense, and since Linux 5.13 these names are no sysctls any more: a line that sets one does nothing.',
  sources: [
    { grade: 'documented', at: 'SUSE Virtualization Best Practices, 4.6.1: 1000 ms, 1000 to 60000 ms, 256 MB' },
    { grade: 'documented', at: 'linux: commit 8a99b6833c88 (5.13), moved from sysctl to debugfs sched/numa_balancing' },
    { grade: 'documented', at: 'linux: kernel/sched/fair.c, task_scan_min: MAX_SCAN_WINDOW / scan_size' },
  ],
  when: { numaNodes: '>=2' },
  intents: {},
  params: {},
  costs: ['Scanning more often finds remote memory sooner, for more page faults in every guest.'],
  departs: [
    {
      guideSays: 'numa_balancing_scan_delay_ms, …_period_min_ms, …_period_max_ms and …_size_mb are sysctls.',
      truth:
        'Since Linux 5.13 (SLES 15 SP4) they are files in /sys/kernel/debug/sched/numa_balancing, which a reboot resets; only the switch, kernel.numa_balancing, is still a sysctl.',
      source: 'linux: commit 8a99b6833c88; admin-guide/sysctl/kernel.rst, numa_balancing',
      errata: ['X30'],
      guideCannot: 'a newer kernel has no such sysctls to set',
    },
  ],
  needs: {
    kernel: ({ host }) => host.kernel.version,
    isOn: ({ host }) => host.kernel.sysctls['kernel.numa_balancing'].running,
    inDebugfs: ({ host }) => asFact(host.kernel.balancingScan),
    delay: ({ host }) => ifKnown(host.kernel.sysctls['kernel.numa_balancing_scan_delay_ms'].running),
    least: ({ host }) => ifKnown(host.kernel.sysctls['kernel.numa_balancing_scan_period_min_ms'].running),
    most: ({ host }) => ifKnown(host.kernel.sysctls['kernel.numa_balancing_scan_period_max_ms'].running),
    size: ({ host }) => ifKnown(host.kernel.sysctls['kernel.numa_balancing_scan_size_mb'].running),
    boot: ({ host }) =>
      known({
        scan_period_min_ms: valueIfKnown(sysctlAtBoot(host, 'kernel.numa_balancing_scan_period_min_ms')),
        scan_period_max_ms: valueIfKnown(sysctlAtBoot(host, 'kernel.numa_balancing_scan_period_max_ms')),
        scan_size_mb: valueIfKnown(sysctlAtBoot(host, 'kernel.numa_balancing_scan_size_mb')),
      }),
    lines: ({ host }) => ifKnown(host.kernel.sysctls['kernel.numa_balancing_scan_size_mb'].settings),
  },
  check({ kernel, isOn, inDebugfs, delay, least, most, size, boot, lines = [] }) {
    const isNew = isInRange(kernel, '>=5.13');
    const [line] = lines;
    if (isNew && line !== undefined) {
      return bad(`${line.file}:${line.line} sets kernel.numa_balancing_scan_size_mb, which this kernel does not have`, {
        severity: 'warning',
        wants: 'no such line',
        so: 'it does nothing but an error at boot',
        otherwise: `Take it out. Where another rate is really wanted: echo VALUE > ${folder}/scan_size_mb in a oneshot unit; never 0.`,
      });
    }
    if (isOn.trim() === '0') return notApplicable('NUMA balancing is off');
    const texts = [delay, least, most, size];
    const found = isNew
      ? inDebugfs
      : texts.includes(undefined)
        ? undefined
        : new Map(names.map((name, at) => [name, Number(texts[at])]));
    if (found === undefined) return undecided('the rates were not read', 'sysctl -a | grep numa_balancing_scan');
    const values = 'state' in found ? (found.state === 'known' ? found.value : undefined) : found;
    if (values === undefined) {
      const why = 'state' in found && found.state === 'unknown' ? found : undefined;
      return undecided(why?.reason ?? 'the rates were not read', why?.remedy ?? `grep . ${folder}/*`);
    }
    const of = (name: string): number => values.get(name) ?? defaults[name] ?? 0;
    const where = isNew ? `${folder}/` : 'kernel.numa_balancing_';
    if (of('scan_size_mb') === 0 || of('scan_period_min_ms') > of('scan_period_max_ms')) {
      const isZero = of('scan_size_mb') === 0;
      // in debugfs nothing but a hand or a script changes them: at the next boot they are the kernel's own
      const set = (name: keyof typeof boot): SysctlChanges => {
        const [now, usual] = [String(of(name)), String(defaults[name])];
        return isNew
          ? { fix: now === usual ? [] : [setSysfs(`${folder}/${name}`, now, usual)[0]] }
          : makeSysctlLast(`kernel.numa_balancing_${name}`, now, usual, boot[name]);
      };
      return bad(
        isZero
          ? 'scan_size_mb is 0'
          : `the shortest scan period (${of('scan_period_min_ms')} ms) is above the longest (${of('scan_period_max_ms')} ms)`,
        {
          severity: 'error',
          wants: isZero ? '256' : '1000 and 60000',
          so: isZero ? 'the kernel divides by it and stops with an oops' : 'the rate of scanning has no bounds',
          ...together(isZero ? [set('scan_size_mb')] : [set('scan_period_min_ms'), set('scan_period_max_ms')]),
        },
      );
    }
    const other = names.filter(name => of(name) !== defaults[name]);
    if (other.length === 0) return good;
    return bad(`NUMA balancing does not scan as usual: ${other.map(name => `${name} ${of(name)}`).join(', ')}`, {
      wants: other.map(name => `${name} ${defaults[name]}`).join(', '),
      otherwise: `If nobody measured it: write the usual values into ${where}*.`,
    });
  },
  examples: [
    { name: 'a line that nothing reads', files: inSysctl, expect: 'bad', severity: 'warning' },
    { name: 'the same on Linux 5.3', files: { ...inSysctl, ...old('512') }, expect: 'bad', severity: 'info' },
    { name: 'as usual', files: scan(), expect: 'good' },
    { name: 'as usual on Linux 5.3', files: old('256'), expect: 'good' },
    { name: 'a size of 0', files: old('0'), expect: 'bad', severity: 'error', fixes: ['sysctl', 'sysctl-file'] },
    {
      name: 'the shortest above the longest',
      files: scan({ scan_period_min_ms: 90000 }),
      expect: 'bad',
      severity: 'error',
      fixes: ['sysfs'],
    },
    { name: 'a larger size', files: scan({ scan_size_mb: 1024 }), expect: 'bad', severity: 'info' },
    { name: 'off', files: { '/proc/sys/kernel/numa_balancing': '0' }, expect: 'not-applicable' },
    { name: 'debugfs is not mounted', expect: 'unknown' },
  ],
});
