import { makeKnobLast } from '#change/recipes/lasting-knob';
import { defineRule } from '#check/define-rule';
import { bad, good, notApplicable, undecided } from '#check/verdict';
import { knobAtBoot } from '#model/derived/knob-at-boot';
import { ksmTuner } from '#model/derived/ksm-scan';
import { asFact, ifKnown } from '#model/known';

const path = '/sys/kernel/mm/ksm/sleep_millisecs';
const on = (sleepMs: number) => ({ '/sys/kernel/mm/ksm/run': '1', [path]: String(sleepMs) });
const advisor = (mode: string) => ({
  '/sys/kernel/mm/ksm/advisor_mode': 'none scan-time'.replace(mode, `[${mode}]`),
});

export default defineRule({
  id: 'host-memory/ksm-sleep',
  subject: 'host',
  guide: ['4.1.4'],
  severity: 'hint',
  says: 'ksmd sleeps longer than a second between scans.',
  because: 'A short sleep makes ksmd scan all the time, on CPUs that the guests could use.',
  sources: [
    { grade: 'documented', at: 'SUSE Virtualization Best Practices, 4.1.4: a value greater than 1000' },
    {
      grade: 'documented',
      at: 'linux: admin-guide/mm/ksm.rst, sleep_millisecs: default 20, for demonstration purposes',
    },
  ],
  when: { hypervisor: 'kvm' },
  intents: {},
  params: {
    longestMs: { default: 1000, unit: 'ms', why: 'the guide recommends a value greater than this' },
    setMs: { default: 2000, unit: 'ms', why: 'a value above the border' },
    busyShare: { default: 0.2, unit: 'of one CPU', why: 'more than this for ksmd alone is worth a warning' },
  },
  costs: ['Equal pages are found later.'],
  departs: [
    {
      guideSays: 'A value greater than 1000, with 1000 pages to scan.',
      truth: 'The pair looks at 3.9 MiB a second, five times less than the default pair (20 ms, 100 pages).',
      source: 'linux: admin-guide/mm/ksm.rst',
      errata: ['X16'],
      guideSame: 'more than 1000 ms is what is asked; host-memory/ksm-scan-time watches the pair',
    },
  ],
  needs: {
    ksm: ({ host }) => host.memory.ksm,
    tuner: ({ host }) => asFact(ksmTuner(host)),
    load: ({ host }) => ifKnown(host.memory.ksmdLoad),
    boot: ({ host }) => ifKnown(knobAtBoot(host, path)),
  },
  check({ ksm, tuner, load, boot }, { params }) {
    if (ksm.run !== 1) return notApplicable('KSM does not run');
    if (tuner.state === 'known' && tuner.value !== undefined) return notApplicable(`${tuner.value} sets it`);
    if (ksm.sleepMs > params.longestMs) return good;
    if (tuner.state === 'unknown') return undecided(tuner.reason, tuner.remedy);
    const isBusy = load !== undefined && load > params.busyShare;
    return bad(`ksmd sleeps only ${ksm.sleepMs} ms between scans`, {
      wants: `more than ${params.longestMs} ms`,
      ...(load === undefined ? {} : { so: `ksmd takes ${Math.round(load * 100)} % of a CPU` }),
      severity: isBusy ? 'warning' : 'hint',
      ...makeKnobLast(path, String(ksm.sleepMs), String(params.setMs), boot),
    });
  },
  examples: [
    { name: 'the kernel default', files: on(20), expect: 'bad', fixes: ['sysfs', 'tmpfiles'] },
    { name: 'a second', files: on(1000), expect: 'bad' },
    { name: 'two seconds', files: on(2000), expect: 'good' },
    { name: 'the advisor is off (Linux 6.8)', files: { ...on(20), ...advisor('none') }, expect: 'bad' },
    {
      name: 'the advisor decides (Linux 6.8)',
      files: { ...on(20), ...advisor('scan-time') },
      expect: 'not-applicable',
    },
    { name: 'KSM off', files: { [path]: '20' }, expect: 'not-applicable' },
    { name: 'no KSM in this kernel', files: { '/sys/kernel/mm/ksm/': null }, expect: 'not-applicable' },
    { name: 'not readable', files: { '/sys/kernel/mm/ksm/run': 'denied' }, expect: 'unknown' },
  ],
});
