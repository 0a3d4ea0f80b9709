import { makeKnobLast } from '#change/recipes/lasting-knob';
import { defineRule } from '#check/define-rule';
import { memoryXml } from '#check/reference/memory-files';
import { bad, good, notApplicable, undecided } from '#check/verdict';
import { knobAtBoot } from '#model/derived/knob-at-boot';
import { ksmTuner, pagesOfScan, pagesToScanFor } from '#model/derived/ksm-scan';
import { asFact, ifKnown } from '#model/known';

const path = '/sys/kernel/mm/ksm/pages_to_scan';
const on = (pages: number) => ({ '/sys/kernel/mm/ksm/run': '1', [path]: String(pages) });
const advisor = { '/sys/kernel/mm/ksm/advisor_mode': 'none [scan-time]' };

export default defineRule({
  id: 'host-memory/ksm-pages-to-scan',
  subject: 'host',
  guide: ['4.1.4'],
  severity: 'hint',
  says: 'ksmd looks at 1000 pages or more before it sleeps, and not at so many that it fills a CPU.',
  because:
    'With few pages ksmd never comes round to find equal ones; with very many it takes CPU time from the guests.',
  sources: [
    { grade: 'documented', at: 'SUSE Virtualization Best Practices, 4.1.4: start with a value of 1000' },
    { grade: 'documented', at: 'linux: admin-guide/mm/ksm.rst, pages_to_scan: default 100; advisor_mode (Linux 6.8)' },
  ],
  when: { hypervisor: 'kvm' },
  intents: {},
  params: {
    fewest: { default: 1000, unit: 'pages', why: 'where the guide starts' },
    most: { default: 10000, unit: 'pages', why: 'more are worth a look at what ksmd takes' },
    busyShare: { default: 0.5, unit: 'of one CPU', why: 'a thread that takes more is felt by guests' },
    targetSeconds: { default: 1800, unit: 's', why: 'a full scan in half an hour finds pages while they last' },
    sleepMs: { default: 2000, unit: 'ms', why: 'the sleep that host-memory/ksm-sleep sets' },
  },
  costs: ['ksmd takes more CPU time.'],
  departs: [
    {
      guideSays: 'Start with 1000 and adjust by the results.',
      truth: 'Since Linux 6.8 the advisor (advisor_mode scan-time) chooses the value by itself, between 500 and 30000.',
      source: 'linux: admin-guide/mm/ksm.rst, advisor_mode',
      errata: ['X16'],
      guideSame: '1000 to start with; the advisor of newer kernels passes, since the guide bids adjust by results',
    },
  ],
  needs: {
    ksm: ({ host }) => host.memory.ksm,
    tuner: ({ host }) => asFact(ksmTuner(host)),
    load: ({ host }) => ifKnown(host.memory.ksmdLoad),
    boot: ({ host }) => ifKnown(knobAtBoot(host, path)),
    scan: ({ host, guests }) => ifKnown(pagesOfScan(host, guests)),
  },
  check({ ksm, tuner, load, scan = 0, boot }, { params }) {
    if (ksm.run !== 1) return notApplicable('KSM does not run');
    if (tuner.state === 'known' && tuner.value !== undefined) return notApplicable(`${tuner.value} sets it`);
    const set = (count: number) => makeKnobLast(path, String(ksm.pagesToScan), String(count), boot);
    if (ksm.pagesToScan > params.most && load !== undefined && load > params.busyShare) {
      return bad(`ksmd looks at ${ksm.pagesToScan} pages at a time and takes ${Math.round(load * 100)} % of a CPU`, {
        severity: 'warning',
        wants: `at most ${params.most} pages`,
        ...set(params.most),
      });
    }
    if (ksm.pagesToScan >= params.fewest) return good;
    if (tuner.state === 'unknown') return undecided(tuner.reason, tuner.remedy);
    const wanted = pagesToScanFor(scan, ksm.sleepMs, {
      targetSeconds: params.targetSeconds,
      leastSleepMs: params.sleepMs,
      fewestPages: params.fewest,
      mostPages: params.most,
    });
    return bad(`ksmd looks at only ${ksm.pagesToScan} pages before it sleeps ${ksm.sleepMs} ms`, {
      wants: `${params.fewest} pages or more; ${wanted} for what the guests have`,
      ...set(wanted),
    });
  },
  examples: [
    { name: 'the kernel default', files: on(100), expect: 'bad', fixes: ['sysfs', 'tmpfiles'] },
    { name: 'one less than 1000, much memory', files: on(999), guest: memoryXml(40), expect: 'bad' },
    { name: '1000', files: on(1000), expect: 'good' },
    { name: 'many, load not sampled', files: on(20000), expect: 'good' },
    { name: 'the advisor decides (Linux 6.8)', files: { ...on(100), ...advisor }, expect: 'not-applicable' },
    { name: 'KSM off', files: { [path]: '100' }, expect: 'not-applicable' },
    { name: 'no KSM in this kernel', files: { '/sys/kernel/mm/ksm/': null }, expect: 'not-applicable' },
    { name: 'not readable', files: { ...on(100), [path]: 'denied' }, expect: 'unknown' },
  ],
});
